"""Services that do not do what they should when they hear of each other, and codes that are taken too often."""

import dataclasses
from typing import Any, Final

import orjson

from commerce_mock import derived
from commerce_mock.call import Call, Rule
from commerce_mock.events import Emitted
from commerce_mock.services import payments, users
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("saga and verification")
LAW: Final = "saga"


def _reaction(broken: Broken, service: str, reaction: Any) -> None:
    broken.engine.behaviour.reactions["payment_completed"][service] = reaction


@GROUP.mutant("A completed payment does not confirm its order: it is paid and never sent.", LAW)
def payment_does_not_confirm(broken: Broken) -> None:
    _reaction(broken, "orders", lambda *_: None)


@GROUP.mutant("A confirmed order names another payment than its own: a refund goes to a stranger.", LAW)
def confirmed_with_another_payment(broken: Broken) -> None:
    def on(tx: Transaction, event: Emitted) -> None:
        order = tx.get("orders", event.payload["order_id"])
        if order is not None and order.state == "pending":
            tx.move(order, "confirmed", {"paymentId": "pay-0"})

    _reaction(broken, "orders", on)


@GROUP.mutant("A confirmed order names no payment: nobody finds it for a refund.", LAW)
def confirmed_without_payment(broken: Broken) -> None:
    def on(tx: Transaction, event: Emitted) -> None:
        order = tx.get("orders", event.payload["order_id"])
        if order is not None and order.state == "pending":
            tx.move(order, "confirmed", {})

    _reaction(broken, "orders", on)


@GROUP.mutant("A paid order becomes `processing` at once and nobody tells that it is confirmed.", LAW)
def confirmed_silently(broken: Broken) -> None:
    def on(tx: Transaction, event: Emitted) -> None:
        order = tx.get("orders", event.payload["order_id"])
        if order is not None and order.state == "pending":
            tx.save(order, {"status": "confirmed", "paymentId": event.payload["payment_id"]})

    _reaction(broken, "orders", on)


@GROUP.mutant("The payment confirms the user's newest order, not the one that it is for.", LAW)
def another_order_confirmed(broken: Broken) -> None:
    def on(tx: Transaction, event: Emitted) -> None:
        order: Any = next((o for o in tx.newest("orders") if o.key != event.payload["order_id"]), None)
        if order is not None and order.state == "pending":
            tx.move(order, "confirmed", {"paymentId": event.payload["payment_id"]})

    _reaction(broken, "orders", on)


@GROUP.mutant("A failed payment confirms its order: goods are sent that nobody paid.", LAW)
def failed_payment_confirms(broken: Broken) -> None:
    original = payments.settle

    def settle(tx: Transaction, payment: Stored, status: str, *more: Any) -> Stored:
        settled = original(tx, payment, status, *more)
        order: Any = tx.get("orders", payment.value["orderId"])
        if status == "failed" and order.state == "pending":
            tx.move(order, "confirmed", {"paymentId": payment.key})
        return settled

    broken.patch.setattr(payments, "settle", settle)


@GROUP.mutant("A failed payment blocks its order: the customer cannot try another card.", LAW)
def failed_payment_blocks(broken: Broken) -> None:
    original = payments.settle

    def settle(tx: Transaction, payment: Stored, status: str, *more: Any) -> Stored:
        settled = original(tx, payment, status, *more)
        if status == "failed":
            tx.store.claim(payments.OPEN, payment.value["orderId"], payment.key)
        return settled

    broken.patch.setattr(payments, "settle", settle)


@GROUP.mutant("A failed payment cancels its order, though it should stay to be paid.", LAW)
def failed_payment_cancels(broken: Broken) -> None:
    original = payments.settle

    def settle(tx: Transaction, payment: Stored, status: str, *more: Any) -> Stored:
        settled = original(tx, payment, status, *more)
        order: Any = tx.get("orders", payment.value["orderId"])
        if status == "failed" and order.state == "pending":
            tx.move(order, "cancelled", {})
        return settled

    broken.patch.setattr(payments, "settle", settle)


@GROUP.mutant("Whoever paid is not verified, and asked for a code again.", LAW)
def payer_not_verified(broken: Broken) -> None:
    _reaction(broken, "users", lambda *_: None)


@GROUP.mutant("Whoever paid is verified, but nobody hears of it.", LAW)
def payer_verified_silently(broken: Broken) -> None:
    def on(tx: Transaction, event: Emitted) -> None:
        user: Any = tx.get("users", event.payload["user_id"])
        tx.save(user, {"is_verified": True}, hidden={})

    _reaction(broken, "users", on)


@GROUP.mutant("A payment never has an outcome: all orders stay unpaid.", "events saga")
def payments_stay(broken: Broken) -> None:
    broken.engine.behaviour.timers["payments.outcome"] = lambda *_: None  # type: ignore[index] # a dict


@GROUP.mutant("Every card's payment completes, also that of one without money.", "saga events lifecycle")
def nothing_fails(broken: Broken) -> None:
    original = payments.settle
    broken.patch.setattr(payments, "settle", lambda tx, payment, *_: original(tx, payment, "completed"))


@GROUP.mutant("A completed payment has no transaction: nobody finds it at the provider.", "saga events")
def transaction_missing(broken: Broken) -> None:
    original = payments.settle

    def settle(tx: Transaction, payment: Stored, status: str, *more: Any) -> Stored:
        settled = original(tx, payment, status, *more)
        value = {name: part for name, part in settled.value.items() if name != "transactionId"}
        tx.store.replace("payments", settled.key, (orjson.dumps(value), *settled.row[1:]))
        return settled

    broken.patch.setattr(payments, "settle", settle)


def _verifying(broken: Broken, verify: Any) -> None:
    broken.rule("users.verify", lambda rule: lambda tx, call: verify(rule, tx, call))


def _user(tx: Transaction, call: Call) -> Stored:
    return derived.find(tx, call)


@GROUP.mutant("Any code verifies an account: addresses of others are verified.", "verification")
def any_code_verifies(broken: Broken) -> None:
    _verifying(broken, lambda _rule, tx, call: users._verified(tx, _user(tx, call)))  # noqa: SLF001 - what verifies


@GROUP.mutant("A code works again and again: who finds an old mail may use it.", "verification")
def code_works_again(broken: Broken) -> None:
    used: dict[str, str] = {}

    def verify(rule: Rule, tx: Transaction, call: Call) -> Any:
        user = _user(tx, call)
        if used.get(user.key) == call.body["verification_token"]:
            return user
        made = rule(tx, call)
        used[user.key] = call.body["verification_token"]
        return made

    _verifying(broken, verify)


@GROUP.mutant("A code of anybody verifies everybody: one mail is enough for all.", "verification")
def code_of_another_works(broken: Broken) -> None:
    def verify(rule: Rule, tx: Transaction, call: Call) -> Any:
        known = {user.hidden.get(users.TOKEN) for user in tx.newest("users")}
        if call.body["verification_token"] in known:
            return users._verified(tx, _user(tx, call))  # noqa: SLF001 - what verifies
        return rule(tx, call)

    _verifying(broken, verify)


@GROUP.mutant("The right code is answered and nothing changes.", "verification")
def verification_not_stored(broken: Broken) -> None:
    def verify(rule: Rule, tx: Transaction, call: Call) -> Any:
        made = rule(tx, call)
        tx.store = tx.world.store.begin()
        tx.emitted.clear()
        return made

    _verifying(broken, verify)


@GROUP.mutant("The right code is refused: nobody can be verified.", "verification")
def right_code_refused(broken: Broken) -> None:
    def verify(rule: Rule, tx: Transaction, call: Call) -> Any:
        wrong = {**call.body, "verification_token": "x" + call.body["verification_token"]}
        return rule(tx, dataclasses.replace(call, body=wrong))

    _verifying(broken, verify)
