"""A mutation of the contract, and the world that it makes: the mock of the newer contract, which uses what is new."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from commerce_contract import Schema
from commerce_mock.call import Answer, Call, Result, Rule
from commerce_mock.engine import Engine
from commerce_mock.settings import Settings
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from commerce_testing import CommerceMock
from harness.platform import contract
from sdk.compatibility.documents import Documents, Place
from sdk.compatibility.record import Run
from sdk.compatibility.scenario import Day, play

Wrapper = Callable[[Rule], Rule]
NOW = "2026-01-01T00:00:00Z"


@dataclass
class Mutation:
    """What is new in a contract; `documents` have it already.

    `rules` let the mock make use of it: what is put around the rules of operations. `also` is what a client does with
    it besides its usual day. `complaints` says what of the new the client did not see as it should.
    """

    what: str
    documents: Documents
    complaints: Callable[[Run], Iterator[str]]
    rules: Mapping[str, Wrapper] = field(default_factory=dict)
    also: Callable[[Day], None] = lambda _: None


Kind = Callable[[Random, Documents], Mutation]


@cache
def usual() -> Run:
    """The day with the contract that the client was generated from."""
    return play(CommerceMock(Engine(contract(), Settings(clock=NOW)))).run


def examine(mutation: Mutation, directory: Path) -> list[str]:
    """Let the client of the old contract live with the mock of the new one; gives everything that went wrong."""
    new = mutation.documents.load(directory)
    settings = Settings(clock=NOW)
    plain = Engine(new, settings)
    rules = {name: wrap(plain.behaviour.handlers[name].rule) for name, wrap in mutation.rules.items()}
    day = play(CommerceMock(Engine(new, settings, rules=rules)))
    before, now = usual().trace, list(day.run.trace)
    complaints = [f"{step} was {was} and is {name}" for (step, was), (_, name) in _changes(before, now)]
    if not complaints:
        mutation.also(day)
        complaints += mutation.complaints(day.run)
    return complaints + day.run.lost


def _changes(
    before: list[tuple[str, str]], now: list[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Where a trace differs from the usual one; events of types that are new do not count, since they are new."""
    known = {step for step, _ in before}
    remaining = [each for each in now if each[0] in known or each[1] != "UnknownEvent"]
    remaining += [("the day's end", "missing")] * (len(before) - len(remaining))
    for was, is_now in zip(before, remaining, strict=False):
        if was != is_now:
            yield was, is_now


def rewriting(place: Place, change: Callable[[dict[str, Any]], object]) -> Mapping[str, Wrapper]:
    """Rules whose answers have each object of the schema at a place changed."""

    def wrap(rule: Rule) -> Rule:
        def changed(tx: Transaction, call: Call) -> Result:
            answer = answered(call, rule(tx, call))
            response = call.operation.responses[answer.status or call.operation.success.status]
            for value in _of_schema(response.schema, answer.content, place):
                change(value)
            return answer

        return changed

    return dict.fromkeys(_answering(place), wrap)


def answered(call: Call, result: Result) -> Answer:
    """What a rule gives, as an answer that may be changed."""
    if isinstance(result, Stored):
        shown = call.operation.success.schema
        names = shown.properties if shown else ()
        return Answer({name: copy.deepcopy(result.value[name]) for name in names if name in result.value})
    return Answer(copy.deepcopy(result.content), result.status, result.media_type, result.headers)


def _answering(place: Place) -> list[str]:
    """The operations whose answers may hold the schema at a place."""
    operations = (each for each in contract().operations.values() if not each.name.startswith("admin."))
    return [each.name for each in operations if each.success.schema and _holds(each.success.schema, place)]


def _holds(schema: Schema, place: Place) -> bool:
    parts = [*schema.properties.values(), *([schema.items] if schema.items else [])]
    return _is_at(schema, place) or any(_holds(part, place) for part in parts)


def _is_at(schema: Schema, place: Place) -> bool:
    return schema.uri.endswith(f"{place[0]}#{place[1]}")


def _of_schema(schema: Schema | None, value: Any, place: Place) -> Iterator[dict[str, Any]]:
    if schema is None:
        return
    if isinstance(value, dict):
        if _is_at(schema, place):
            yield value
        for name, part in schema.properties.items():
            if name in value:
                yield from _of_schema(part, value[name], place)
    elif isinstance(value, list):
        for element in value:
            yield from _of_schema(schema.items, element, place)
