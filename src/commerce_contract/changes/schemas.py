"""Schemas of requests, answers and events: what each difference means for who sends and who receives."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from commerce_contract.changes.escape import Escape, Kind, Path
from commerce_contract.changes.fields import Field, Fields
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.naming import listed, place_name, turned
from commerce_contract.changes.scope import Scope
from commerce_contract.schema import Schema

_ON_REQUESTS: Final = frozenset({"default-changed", "property-problem-changed"})


class Usage(StrEnum):
    """What a schema is for; the rules of its changes start with it."""

    REQUEST = "request"
    RESPONSE = "response"
    EVENT = "event"


def compare_schemas(  # noqa: PLR0913 - the question, and what it is about
    scope: Scope, usage: Usage, concern: Concern, old: Schema, new: Schema, *, but: frozenset[Path] = frozenset()
) -> Iterator[Finding]:
    """What changed between two schemas; values at the paths in `but` are told elsewhere."""
    narrowed = [each for each in scope.containment.escapes(old, new) if each.path not in but]
    widened = [each for each in scope.containment.escapes(new, old) if each.path not in but]
    fields = list(Fields(concern.name).walk(old, new))
    told = {field.path for field in fields if field.rule in {"property-added", "property-removed"}}
    asked = {each.path for each in narrowed if each.kind is Kind.REQUIRED}
    for field in fields:
        if (rule := _field_rule(field, usage, asked)) is not None:
            yield Finding(rule, field.what, concern, field.old, field.new, field.detail)
    yield from _escapes(usage, concern, [_Turn(each, narrows=True) for each in narrowed if _left(each, told)],
                        [_Turn(each, narrows=False) for each in widened if _left(each, told)])  # fmt: skip


def _field_rule(field: Field, usage: Usage, asked: set[Path]) -> str | None:
    if field.rule == "property-added":
        return f"{usage}-required-property-added" if field.path in asked else f"{usage}-property-added"
    if field.rule == "property-removed":
        return f"{usage}-property-removed"
    return None if field.rule in _ON_REQUESTS and usage is not Usage.REQUEST else field.rule


def _left(escape: Escape, told: set[Path]) -> bool:
    """Whether nothing else tells of it: a property that came or went is told as that."""
    return not (escape.kind in {Kind.UNDECLARED, Kind.REQUIRED} and escape.path in told)


class _Turn:
    """An escape as a change: what it was and what it is, whichever way values escape."""

    def __init__(self, escape: Escape, *, narrows: bool) -> None:
        self.escape, self.narrows = escape, narrows
        self.old, self.new = (escape.inner, escape.outer) if narrows else (escape.outer, escape.inner)
        says = escape.inner_says, escape.outer_says
        self.old_says, self.new_says = says if narrows else says[::-1]
        self.key = escape.keyword, escape.path

    def rule(self, *, both: bool) -> str:
        """The end of the rule's id."""
        escape = self.escape
        if not escape.decided:
            return "undecided"
        if escape.kind is Kind.REQUIRED:
            return "property-required" if self.narrows else "property-optional"
        if escape.kind is Kind.VALUES:
            return "value-removed" if self.narrows else "value-added"
        return "changed" if both else "narrower" if self.narrows else "wider"

    def what(self, otherwise: str) -> str:
        """The change in a sentence."""
        escape = self.escape
        if escape.kind is Kind.REQUIRED:
            schema = place_name(escape.outer, "required", otherwise)
            return f"`{schema}.{escape.path[-1]}` {'must be there' if self.narrows else 'may be missing'}"
        place = place_name(self.new if self.narrows else self.old, escape.keyword, otherwise)
        if escape.kind is Kind.VALUES:
            return f"{listed(escape.values)} {'is no longer' if self.narrows else 'is now'} a value of `{place}`"
        if escape.kind is Kind.NAMED:
            named = place_name(escape.inner, "", otherwise)
            also = "has to be as all properties that are not named" if self.narrows else "may be what no other may be"
            return f"`{named}` {also}"
        if escape.kind is Kind.UNDECLARED:
            return f"`{place}` {'has a schema' if self.narrows else 'may be anything'}"
        return turned(escape.keyword, place, self.old_says, self.new_says)


def _escapes(usage: Usage, concern: Concern, narrowed: Sequence[_Turn], widened: Sequence[_Turn]) -> Iterator[Finding]:
    keys = ({turn.key for turn in turns if turn.escape.decided} for turns in (narrowed, widened))
    both = set.intersection(*keys)
    for turn in (*narrowed, *widened):
        rule = turn.rule(both=turn.key in both)
        if rule == "changed" and not turn.narrows:
            continue
        detail = turn.escape.path[-1] if turn.escape.kind is Kind.REQUIRED else turn.escape.keyword
        yield Finding(f"{usage}-{rule}", turn.what(concern.name), concern, turn.old, turn.new, detail)
