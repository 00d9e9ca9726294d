"""Moves across the lifecycle, and moves along it that are refused."""

from collections.abc import Mapping
from typing import Any, Final

from commerce_mock import derived
from commerce_mock.call import Call, Rule
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Broken
from conformance.mutants.mutant import Group
from conformance.mutants.storage import stored_otherwise

GROUP: Final = Group("lifecycle")
CANCEL: Final = "orders.cancel"
SET: Final = "orders.set_status"


def _also(operation: str, more: Mapping[str, str]) -> Any:
    """Moves that the document does not have, from state to state."""

    def wrap(rule: Rule) -> Rule:
        def move(tx: Transaction, call: Call) -> Any:
            order: Any = derived.find(tx, call)
            target = call.operation.moves_to or call.body["status"]
            return tx.move(order, target, {}) if more.get(order.state) == target else rule(tx, call)

        return move

    return lambda broken: broken.rule(operation, wrap)


def _not(operation: str, state: str, target: str) -> Any:
    """A move of the document that is refused."""

    def deny(tx: Transaction, call: Call) -> None:
        if derived.find(tx, call).state == state and target == (call.operation.moves_to or call.body["status"]):
            raise Problem("ORDER_004")

    return lambda broken: broken.before(operation, deny)


for name, fault, operation, more in (
    ("shipped_can_be_cancelled", "An order is cancelled and given back while its parcel is on the way.",
     CANCEL, {"shipped": "cancelled"}),
    ("delivered_can_be_cancelled", "An order is cancelled that was delivered: a gift.", CANCEL,
     {"delivered": "cancelled"}),
    ("cancelled_can_be_cancelled", "An order can be cancelled twice, and is given back twice.", CANCEL,
     {"cancelled": "cancelled"}),
    ("status_can_be_set_again", "The state that it has can be set again: a mail goes out each time.", SET,
     {"confirmed": "confirmed"}),
    ("cancelled_comes_back", "A cancelled order becomes pending again and is paid though its goods are sold.", SET,
     {"cancelled": "pending"}),
    ("pending_can_be_shipped", "An order is shipped that nobody paid.", SET, {"pending": "shipped"}),
    ("pending_can_be_delivered", "An order is delivered that nobody paid or packed.", SET, {"pending": "delivered"}),
    ("confirmed_goes_back", "A confirmed order becomes pending again and is paid twice.", SET,
     {"confirmed": "pending"}),
    ("delivered_can_be_lost", "A delivered order is set back to shipped: the customer waits.", SET,
     {"delivered": "shipped"}),
):  # fmt: skip
    GROUP.add(name, fault, "lifecycle", _also(operation, more))

for name, fault, operation, state, target in (
    ("confirmed_cannot_be_cancelled", "Only a pending order can be cancelled: a paid one must be sent back.",
     CANCEL, "confirmed", "cancelled"),
    ("processing_cannot_be_cancelled", "An order that is packed cannot be cancelled, though the document says so.",
     CANCEL, "processing", "cancelled"),
    ("processing_cannot_be_shipped", "Nothing is ever shipped.", SET, "processing", "shipped"),
    ("shipped_cannot_be_delivered", "Nothing is ever delivered.", SET, "shipped", "delivered"),
):  # fmt: skip
    GROUP.add(name, fault, "lifecycle", _not(operation, state, target))


@GROUP.mutant("A new order is confirmed at once, and sent though nobody paid.", "storage lifecycle")
def order_begins_confirmed(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        return lambda tx, call: tx.save(rule(tx, call), {"status": "confirmed"})  # type: ignore[arg-type] # an order

    broken.rule("orders.create", wrap)


@GROUP.mutant("A move that is refused has changed the order by then: a refused cancel cancels.", "lifecycle")
def refused_move_changes(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def cancel(tx: Transaction, call: Call) -> Any:
            try:
                return rule(tx, call)
            except Problem as problem:
                if problem.code == "ORDER_004":
                    problem.aftermath = lambda tx: _save(tx, call, {"status": "cancelled"})
                raise

        return cancel

    broken.rule(CANCEL, wrap)


def _save(tx: Transaction, call: Call, changes: Mapping[str, Any]) -> None:
    tx.save(derived.find(tx, call), changes)


@GROUP.mutant("A refused move counts as the order's last change: caches are flushed for nothing.", "lifecycle")
def refused_move_is_a_change(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def cancel(tx: Transaction, call: Call) -> Any:
            try:
                return rule(tx, call)
            except Problem as problem:
                if problem.code == "ORDER_004":
                    problem.aftermath = lambda tx: _save(tx, call, {})
                raise

        return cancel

    broken.rule(CANCEL, wrap)


@GROUP.mutant("A cancel is answered and not stored: the parcel comes, and the bill.", "lifecycle")
def cancel_not_stored(broken: Broken) -> None:
    broken.rule(CANCEL, lambda rule: stored_otherwise(rule, lambda value: value.update(status="pending")))


@GROUP.mutant("Whatever state is asked for, the next one is set.", "lifecycle")
def another_state_is_set(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def move(tx: Transaction, call: Call) -> Any:
            order: Any = derived.find(tx, call)
            if call.body["status"] == "cancelled" and order.state == "pending":
                return tx.move(order, "confirmed", {})
            return rule(tx, call)

        return move

    broken.rule(SET, wrap)


def _refunded(broken: Broken, state: str) -> None:
    """Refunds of payments in a state in which there is nothing to refund."""

    def wrap(rule: Rule) -> Rule:
        def refund(tx: Transaction, call: Call) -> Any:
            payment: Any = derived.find(tx, call)
            if payment.state != state:
                return rule(tx, call)
            return tx.move(payment, "refunded", {"refundedAmount": payment.value["amount"]})

        return refund

    broken.rule("payments.refund", wrap)


GROUP.add_all((
    ("processing_payment_refunded", "A payment is refunded before the money came.", "processing"),
    ("failed_payment_refunded", "A payment that failed is refunded: money goes to who never paid.", "failed"),
    ("refunded_payment_refunded", "A refunded payment is refunded again.", "refunded"),
), "lifecycle money races", _refunded)  # fmt: skip
