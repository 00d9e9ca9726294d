"""Keys that do not keep a request from being done twice."""

import dataclasses
from typing import Any, Final

from commerce_mock import idempotency
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.reading import Reader
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken, window
from conformance.mutants.mutant import Group

GROUP: Final = Group("idempotency")
LAW: Final = "idempotency"
KEY: Final = b"idempotency-key"


@GROUP.mutant("The key is ignored: who sends again after a lost answer orders twice.", LAW)
def key_ignored(broken: Broken) -> None:
    handlers = broken.engine.behaviour.handlers
    handlers["orders.create"] = dataclasses.replace(handlers["orders.create"], idempotent=False)


@GROUP.mutant("The key is ignored by refunds: who sends again gives back twice.", LAW)
def refund_key_ignored(broken: Broken) -> None:
    handlers = broken.engine.behaviour.handlers
    handlers["payments.refund"] = dataclasses.replace(handlers["payments.refund"], idempotent=False)


@GROUP.mutant("Keys are not kept apart by caller: one is given another's order.", LAW)
def key_shared_by_callers(broken: Broken) -> None:
    original = idempotency.key_of

    def key_of(call: Call) -> Any:
        key = original(call)
        return None if key is None else (key[0], "", key[2])

    broken.patch.setattr(idempotency, "key_of", key_of)
    broken.patch.setattr(idempotency, "_fingerprint", lambda _: b"")


@GROUP.mutant("Keys are not kept apart by operation: a payment answers with the order.", LAW)
def key_shared_by_operations(broken: Broken) -> None:
    original = idempotency.key_of

    def key_of(call: Call) -> Any:
        key = original(call)
        return None if key is None else ("", key[1], key[2])

    broken.patch.setattr(idempotency, "key_of", key_of)
    broken.patch.setattr(idempotency, "_fingerprint", lambda _: b"")


@GROUP.mutant("Another request under a used key gets the first one's answer: the second order is never placed.", LAW)
def other_request_gets_first_answer(broken: Broken) -> None:
    broken.patch.setattr(idempotency, "_fingerprint", lambda _: b"")


@GROUP.mutant("A used key with another request is a 409: clients wait and try again for ever.", LAW)
def reuse_is_a_conflict(broken: Broken) -> None:
    original = idempotency.replay

    def replay(tx: Transaction, key: Any, call: Call) -> Any:
        try:
            return original(tx, key, call)
        except Problem as problem:
            problem.code = "CONFLICT"
            raise

    broken.patch.setattr(idempotency, "replay", replay)


def _replayed(broken: Broken, change: Any) -> None:
    def rewrite(told: Answered) -> None:
        if told.headers.get("idempotent-replayed") == "true":
            change(told)

    broken.answers(rewrite)


@GROUP.mutant("A repeated answer is not marked: a client counts two orders.", LAW)
def replay_not_marked(broken: Broken) -> None:
    _replayed(broken, lambda told: told.headers.pop("idempotent-replayed"))


@GROUP.mutant("A repeated answer is a 200 where the first was a 201: a client takes its order for not placed.", LAW)
def replay_has_another_status(broken: Broken) -> None:
    def change(told: Answered) -> None:
        told.status = 200

    _replayed(broken, change)


@GROUP.mutant("A repeated answer has no body: a client does not learn its order's number.", LAW)
def replay_has_no_body(broken: Broken) -> None:
    def change(told: Answered) -> None:
        told.json = {}

    _replayed(broken, change)


@GROUP.mutant("Every answer with a key is marked as repeated: a client believes that it ordered before.", LAW)
def first_answer_marked(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if KEY.decode() in told.request.headers and told.status < 300:
            told.headers["idempotent-replayed"] = "true"

    broken.answers(change)


@GROUP.mutant("The first answer comes again, but the order is placed again too.", LAW)
def replay_does_it_again(broken: Broken) -> None:
    original = idempotency.replay

    def replay(tx: Transaction, key: Any, call: Call) -> Any:
        found = original(tx, key, call)
        if found is not None and call.operation.name == "orders.create":
            broken.engine.behaviour.handlers["orders.create"].rule(tx, call)
        return found

    broken.patch.setattr(idempotency, "replay", replay)


@GROUP.mutant("A request that fails validation uses its key up: who corrects the form cannot order.", LAW)
def refused_request_keeps_key(broken: Broken) -> None:
    original, used = Reader.read, set()

    def read(reader: Reader, request: Any, path: Any, caller: Any) -> Call:
        key = (reader.operation.name, caller.subject, request.headers.get(KEY))
        if key in used:
            raise Problem("IDEMPOTENCY_KEY_REUSED")
        try:
            return original(reader, request, path, caller)
        except Problem as problem:
            if request.headers.get(KEY) and any(not pointer.startswith("/header") for pointer, _ in problem.errors):
                used.add(key)
            raise

    broken.patch.setattr(Reader, "read", read)


def _bounds(refused: Any) -> Any:
    def change(told: Answered) -> None:
        key = told.request.headers.get(KEY.decode(), "")
        if told.status < 300 and refused(key):
            told.status, told.json = 422, {**told.json, "code": "VALIDATION_ERROR"}

    return lambda broken: broken.answers(change, "orders.create")


GROUP.add(
    "long_key_refused", "Keys beyond 64 characters are refused, though the document allows more.", LAW,
    _bounds(lambda key: len(key) > 64),
)  # fmt: skip


@GROUP.mutant("Keys of any length are taken, and fill the database.", LAW)
def key_length_not_checked(broken: Broken) -> None:
    for operation in ("orders.create", "payments.create", "payments.refund"):
        broken.unchecked(operation, "/header/Idempotency-Key")


@GROUP.mutant("Whether a key is known and noting it are two steps: two at once order twice.", LAW)
def key_noted_too_late(broken: Broken) -> None:
    original = idempotency.replay

    def replay(tx: Transaction, key: Any, call: Call) -> Any:
        found = original(tx, key, call)
        if found is None:
            window(tx)
        return found

    class Nothing(set[Any]):
        def __contains__(self, _: object) -> bool:
            return False

    broken.patch.setattr(idempotency, "replay", replay)
    broken.engine.world.running = Nothing()
