"""Checks and writes with a gap between them, in which another request comes."""

import dataclasses
from typing import Any, Final

from commerce_mock import derived
from commerce_mock.call import Call, Rule
from commerce_mock.services import payments
from commerce_mock.services.payments import OPEN
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Broken, aside, window
from conformance.mutants.mutant import Group

GROUP: Final = Group("races")
LAW: Final = "races"


@GROUP.mutant("A double click on `pay` charges the card twice.", LAW)
def paid_twice(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            rule(aside(tx), call)  # what would be refused is refused here
            window(tx)
            tx.store.release(OPEN, call.body["orderId"])
            return rule(tx, call)

        return create

    broken.rule("payments.create", wrap)


def _taken_twice(*names: str) -> Any:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            rule(aside(tx), call)
            window(tx)
            for name in names:
                tx.store.release(f"users.{name}", call.body[name].casefold())
            return rule(tx, call)

        return create

    return lambda broken: broken.rule("users.create", wrap)


GROUP.add("registered_twice", "Two registrations at once share address and name: mail for one reaches the other.", LAW,
          _taken_twice("email", "username"))  # fmt: skip


def _stale(operation: str, changes: Any) -> Any:
    """A move that was allowed by what was read before the gap."""

    def wrap(rule: Rule) -> Rule:
        def move(tx: Transaction, call: Call) -> Any:
            before = aside(tx)
            stale = derived.find(before, call)
            rule(aside(tx), call)
            target, changed = changes(stale, call)
            window(tx)
            return tx.move(stale, target, changed)

        return move

    return lambda broken: broken.rule(operation, wrap)


GROUP.add("cancelled_twice", "Two cancels at once both succeed, and each starts a refund.", LAW,
          _stale("orders.cancel", lambda _, __: ("cancelled", {})))  # fmt: skip
GROUP.add("moved_twice", "Two clerks at once confirm an order, and it is packed twice.", LAW,
          _stale("orders.set_status", lambda _, call: (call.body["status"], {})))  # fmt: skip
GROUP.add("refunded_twice", "Two refunds at once of the whole both succeed: the money goes back twice.", LAW,
          _stale("payments.refund",
                 lambda stale, _: ("refunded", {"refundedAmount": stale.value["amount"]})))  # fmt: skip


@GROUP.mutant("Two orders at once get the same number, and one of them is lost.", "lifecycle races idempotency")
def numbered_twice(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            number = aside(tx).store.number("orders")
            window(tx)
            key = f"order-{number}"
            if tx.get("orders", key) is None:
                return rule(tx, call)
            lost: Any = tx.get("orders", key)
            return tx.save(lost, {"userId": call.body["userId"], "items": call.body["items"]})

        return create

    broken.rule("orders.create", wrap)


@GROUP.mutant("Who comes too late is told 500, because only the database noticed.", LAW)
def late_one_crashes(broken: Broken) -> None:
    original = payments._check_order  # noqa: SLF001 - what a mutant is about

    def check(tx: Transaction, calls: Any, body: dict[str, Any]) -> None:
        if tx.store.holder(OPEN, body["orderId"]) is not None:
            message = "duplicate key value violates unique constraint"
            raise RuntimeError(message)
        original(tx, calls, body)

    broken.patch.setattr(payments, "_check_order", check)


@GROUP.mutant("Of several payments at once none succeeds: each sees the others' lock.", LAW)
def all_lose(broken: Broken) -> None:
    waiting: dict[str, int] = {}

    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            order = call.body["orderId"]
            waiting[order] = waiting.get(order, 0) + 1
            window(tx)
            if waiting[order] > 1:
                call = dataclasses.replace(call, body={**call.body, "amount": 0.01})
            return rule(tx, call)

        return create

    broken.rule("payments.create", wrap)
