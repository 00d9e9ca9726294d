"""The same request again, under the same key: the same answer, and nothing done twice."""

from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from commerce_conformance import effects, reading
from commerce_conformance.effects import Effect
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Operation

KEY: Final = "idempotency-key"
REPLAYED: Final = "idempotent-replayed"
AT_ONCE: Final = 6
_CONFLICT: Final = 409
_INVALID: Final = 422


def _applies(contract: Contract) -> Iterable[Operation]:
    for operation in contract.operations.values():
        if any(p.place == "header" and p.name.lower() == KEY for p in operation.parameters):
            yield operation


def _check(trial: Trial, operation: Operation) -> None:
    again, at_once, single, invalid, one, another, bounded = effects.several(trial.supply, operation, 7)
    _again(trial, again)
    _at_once(trial, at_once, single)
    _invalid_first(trial, invalid)
    _others(trial, (one, another))
    _bounded(trial, bounded)


def _new_key() -> dict[str, str]:
    return {KEY: str(uuid4())}


def _again(trial: Trial, effect: Effect) -> None:
    """Once more the same, then something else under the same key."""
    key, operation = _new_key(), effect.operation
    first = effect.ask(key)
    if not trial.expect(first, operation.success.status, because="a request with a key is taken as one without"):
        return
    trial.check(
        first.headers.get(REPLAYED, "false") != "true", "a first answer is not marked as one that was given before",
        expected="no mark", got=first.headers.get(REPLAYED), exchanges=[first],
    )  # fmt: skip
    before = effect.done()
    again = effect.ask(key)
    trial.check(
        (again.status, again.json) == (first.status, first.json),
        "the same request under the same key is answered the same",
        expected=f"{first.told()} {first.answer()}", got=f"{again.told()} {again.answer()}", exchanges=[first, again],
    )  # fmt: skip
    if again.ok:
        trial.check(
            again.headers.get(REPLAYED) == "true", "an answer that was given before is marked as such",
            expected="Idempotent-Replayed: true", got=again.headers.get(REPLAYED), exchanges=[first, again],
        )  # fmt: skip
    other = effect.other()
    if other is not None:
        reused = effect.ask(key, body=other)
        codes = [code for code in reading.refusals(operation, _INVALID) if "IDEMPOTENCY" in code]
        trial.expect(reused, _INVALID, codes, because="a key is for one request and no other", after=[first])
    after = effect.done()
    trial.check(
        after == before, "a request that comes again does nothing again", expected=before, got=after,
        exchanges=[first, again],
    )  # fmt: skip


def _at_once(trial: Trial, effect: Effect, single: Effect) -> None:
    """Several of the same at the same moment, as a client does that waits too short."""
    key, operation, before = _new_key(), effect.operation, effect.done()
    answers = trial.session.together([lambda: effect.ask(key)] * AT_ONCE)
    good = [answer for answer in answers if answer.ok]
    trial.check(
        bool(good), "of several of the same at once one is done", expected="one success",
        got=", ".join(answer.told() for answer in answers), exchanges=answers,
    )  # fmt: skip
    because, expected = "of several of the same at once each is done or told why", {operation.success.status, _CONFLICT}
    wrong = next((answer for answer in answers if answer.status not in expected), None)
    if wrong is not None:
        trial.expect(wrong, expected, because=because)
    same = {answer.body for answer in good}
    trial.check(
        len(same) <= 1, "of several of the same at once all that are done are one", expected="one answer",
        got=f"{len(same)} answers", exchanges=good,
    )  # fmt: skip
    if not good:
        return
    once = effect.ask(key)  # what was done once is answered so from now on
    first = effect.done() - before
    start = single.done()
    single.ask()
    trial.check(
        first == single.done() - start, "of several of the same at once only one is done",
        expected=single.done() - start, got=first, exchanges=[*answers, once],
    )  # fmt: skip


def _invalid_first(trial: Trial, effect: Effect) -> None:
    """A request that fails validation keeps no key."""
    if effect.body is None:
        return
    key = _new_key()
    refused = effect.ask(key, body={})
    if refused.ok:
        return
    done = effect.ask(key)
    trial.expect(
        done, effect.operation.success.status, because="a request that fails validation uses up no key", after=[refused]
    )


def _others(trial: Trial, each: tuple[Effect, Effect]) -> None:
    """A key is its caller's: another one with the same key asks for something of their own."""
    if not trial.identities.any_user:
        trial.unreachable("a second caller's keys cannot be tried", "give --jwt-secret or --token-command")
        return
    key = _new_key()
    for number, effect in enumerate(each, 1):
        asked = effect.ask(key)
        trial.expect(asked, effect.operation.success.status, because=f"a key is its caller's own (caller {number})")
        trial.check(
            asked.headers.get(REPLAYED, "false") != "true", "nobody gets what another asked for",
            expected="an answer of one's own", got="Idempotent-Replayed: true", exchanges=[asked],
        )  # fmt: skip


def _bounded(trial: Trial, effect: Effect) -> None:
    """The bounds of a key, where the document gives some."""
    operation = effect.operation
    parameter = next(p for p in operation.parameters if p.name.lower() == KEY)
    most = parameter.schema.keyword("maxLength")
    if not isinstance(most, int):
        return
    refused = effect.ask({KEY: "k" * (most + 1)})
    trial.expect(refused, _INVALID, because="a key that is too long is refused", at=parameter.location)
    taken = effect.ask({KEY: uuid4().hex.ljust(most, "k")})
    trial.expect(
        taken, operation.success.status, because="a key may be as long as the document says", at=parameter.location
    )


LAW = Law(
    name="idempotency",
    sentence="A request that is sent again under its key is answered as before and does nothing again.",
    derives="The `Idempotency-Key` parameter of the operation, its 409 and 422 codes, `Idempotent-Replayed`.",
    applies=_applies,
    check=_check,
)
