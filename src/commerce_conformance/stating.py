"""Answers that say how a service is: in words, which the document shows for each status."""

from collections.abc import Iterator, Mapping
from typing import Any

from commerce_conformance.exchange import Exchange
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Operation


def judge(trial: Trial, operation: Operation, answered: Exchange) -> None:
    """A JSON answer is as its schema says, of this service, and says nothing that only another status may say."""
    declared, value = operation.responses[answered.status], answered.json
    schema = declared.schema
    for error in schema.errors(value) if schema is not None and value is not MISSING else ():
        at = f"{error.pointer or '/'} as {error.location}"
        trial.fails("an answer is as its schema says", expected=at, got=error.message, exchanges=[answered])
        return
    if not trial.check(
        isinstance(value, dict), "an answer is a JSON object", expected="an object", got=answered.answer()[:80],
        exchanges=[answered],
    ):  # fmt: skip
        return
    mine = [each for each in declared.examples.values() if isinstance(each, dict)]
    others = [
        each
        for status, response in operation.responses.items()
        if status != answered.status and response.media_type == declared.media_type
        for each in response.examples.values()
        if isinstance(each, dict)
    ]
    for name, shown in mine[0].items() if mine else ():
        if shown == operation.service:
            trial.check(
                value.get(name) == shown, f"`{name}` names the service", expected=shown, got=value.get(name),
                exchanges=[answered],
            )  # fmt: skip
    for where, said in words(value):
        here, elsewhere = (
            {word for each in some for at, word in words(each) if at == where} for some in (mine, others)
        )
        trial.check(
            said not in elsewhere - here, f"a {answered.status} says in {where} what a {answered.status} says",
            expected=" or ".join(sorted(here)), got=said, exchanges=[answered],
        )  # fmt: skip


def words(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of an answer; those of a member that is a table stand all in one place."""
    for name, each in value.items():
        if isinstance(each, str):
            yield f"`{name}`", each
        elif isinstance(each, dict):
            yield from ((f"`{name}`", word) for word in each.values() if isinstance(word, str))
