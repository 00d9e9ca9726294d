"""Amounts that are not exact."""

from typing import Any, Final

from commerce_mock import derived
from commerce_mock.call import Call, Rule
from commerce_mock.problems import Problem
from commerce_mock.services import orders, payments
from commerce_mock.services.money import amount, cents
from commerce_mock.transaction import Transaction
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("money")


def _total(reckon: Any) -> Any:
    """The total of an order, reckoned in another way."""

    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            with broken_patch(call, reckon):
                return rule(tx, call)

        return create

    def broken_patch(call: Call, reckon: Any) -> Any:
        import pytest  # noqa: PLC0415

        context = pytest.MonkeyPatch.context()
        return _Patched(context, reckon(call.body["items"]))

    def apply(broken: Broken) -> None:
        broken.patch.setattr(broken.engine.behaviour, "judge", lambda *_: lambda _: True)
        broken.rule("orders.create", wrap)

    return apply


class _Patched:
    def __init__(self, context: Any, total: Any) -> None:
        self._context, self._total = context, total

    def __enter__(self) -> None:
        patch = self._context.__enter__()
        patch.setattr(orders, "amount", lambda _: self._total)

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(*error)


for name, fault, reckon in (
    ("total_in_binary_fractions", "Totals are summed in doubles: no payment matches 0.30000000000000004.",
     lambda items: sum(item["price"] * item["quantity"] for item in items)),
    ("total_rounded_to_whole", "Totals are whole: the shop gives away or takes up to half of it.",
     lambda items: round(sum(item["price"] * item["quantity"] for item in items))),
    ("total_cut_to_cents", "Totals are cut after the cent of a double: they are a cent short at times.",
     lambda items: int(sum(item["price"] * item["quantity"] for item in items) * 100) / 100),
    ("total_ignores_quantity", "Totals add prices and forget how many: a hundred cost as one.",
     lambda items: amount(sum(cents(item["price"]) for item in items))),
    ("total_of_first_item", "Totals are of the first item: all others are free.",
     lambda items: amount(cents(items[0]["price"]) * items[0]["quantity"])),
    ("total_in_cents", "Totals are told in cents: customers are asked for a hundred times as much.",
     lambda items: sum(cents(item["price"]) * item["quantity"] for item in items)),
    ("total_with_tax", "Totals have a tax that no document knows.",
     lambda items: amount(round(sum(cents(item["price"]) * item["quantity"] for item in items) * 1.1))),
    ("total_rounded_to_tenths", "Totals are rounded to tenths: cents are lost.",
     lambda items: round(sum(item["price"] * item["quantity"] for item in items), 1)),
):  # fmt: skip
    GROUP.add(name, fault, "money", _total(reckon))


@GROUP.mutant("Amounts are strings: clients that add them join them instead.", "money storage documented")
def total_as_text(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {200, 201}:
            told.json["totalAmount"] = f"{told.json['totalAmount']:.2f}"

    broken.answers(change, "orders.create", "orders.get")


@GROUP.mutant("What is paid is not compared with the total: a cent pays every order.", "money")
def amount_not_compared(broken: Broken) -> None:
    broken.patch.setattr(payments, "_check_order", _tolerant(10**12))


@GROUP.mutant("What is paid is compared with a tolerance of a cent: bookkeeping never adds up.", "money")
def amount_compared_roughly(broken: Broken) -> None:
    broken.patch.setattr(payments, "_check_order", _tolerant(1))


@GROUP.mutant("Whoever pays less is refused, but more is taken: a slip of a key costs a fortune.", "money")
def more_than_total_taken(broken: Broken) -> None:
    broken.patch.setattr(payments, "_check_order", _tolerant(10**12, less=False))


def _tolerant(by: int, *, less: bool = True) -> Any:
    original = payments._check_order  # noqa: SLF001 - what a mutant is about

    def check(tx: Transaction, calls: Any, body: dict[str, Any]) -> None:
        order = tx.get("orders", body["orderId"])
        if order is not None:
            off = cents(body["amount"]) - cents(order.value["totalAmount"])
            if abs(off) <= by and (off > 0 or less):
                body = {**body, "amount": order.value["totalAmount"]}
        original(tx, calls, body)

    return check


def _refund(change: Any) -> Any:
    """A refund that is reckoned otherwise: `change` is given the payment's value and what is asked for, in cents."""

    def wrap(rule: Rule) -> Rule:
        def refund(tx: Transaction, call: Call) -> Any:
            payment: Any = derived.find(tx, call)
            if payment.state not in {"completed", "partially_refunded"}:
                return rule(tx, call)
            target, refunded = change(payment.value, cents(call.body["amount"]))
            return tx.move(payment, target, {"refundedAmount": refunded})

        return refund

    def apply(broken: Broken) -> None:
        broken.patch.setattr(broken.engine.behaviour, "judge", lambda *_: lambda _: True)
        broken.rule("payments.refund", wrap)

    return apply


def _sum(value: Any, asked: int) -> int:
    return cents(value.get("refundedAmount", 0)) + asked


def _bounded(value: Any, asked: int, refunded: Any, target: str | None = None) -> Any:
    paid, after = cents(value["amount"]), _sum(value, asked)
    if after > paid:
        raise Problem("PAY_004")
    return target or ("refunded" if after == paid else "partially_refunded"), refunded


for name, fault, change in (
    ("refund_beyond_total", "Nobody compares a refund with what was paid: more goes back than came.",
     lambda v, a: ("refunded" if _sum(v, a) >= cents(v["amount"]) else "partially_refunded", amount(_sum(v, a)))),
    ("refund_each_up_to_total", "Each refund is compared with the whole: two of them give back twice as much.",
     lambda v, a: _bounded({**v, "refundedAmount": 0}, a, amount(_sum(v, a)))),
    ("refund_a_cent_too_much", "A refund may be a cent more than remains, by a `<=` in the wrong place.",
     lambda v, a: _bounded({**v, "amount": amount(cents(v["amount"]) + 1)}, a, amount(_sum(v, a)))),
    ("refund_a_cent_too_little", "The last cent cannot be refunded, by a `<` in the wrong place.",
     lambda v, a: _bounded({**v, "amount": amount(cents(v["amount"]) - 1)}, a, amount(_sum(v, a)))),
    ("refund_shows_last_part", "`refundedAmount` is the last refund: bookkeeping forgets the others.",
     lambda v, a: _bounded({**v, "refundedAmount": 0}, a, amount(a))),
    ("refund_summed_in_doubles", "Refunds are summed in doubles: the last cent cannot be given back.",
     lambda v, a: _bounded(v, a, v.get("refundedAmount", 0) + a / 100 + 1e-9)),
    ("refund_whole_stays_partial", "A payment that is wholly refunded stays partially so: it is refunded again.",
     lambda v, a: _bounded(v, a, amount(_sum(v, a)), "partially_refunded")),
    ("refund_part_is_whole", "A part closes the payment: the rest cannot be refunded.",
     lambda v, a: _bounded(v, a, amount(_sum(v, a)), "refunded")),
    ("refund_of_all_whatever_asked", "Whatever is asked for, all is given back.",
     lambda v, a: _bounded(v, a, v["amount"])),
):  # fmt: skip
    GROUP.add(name, fault, "money lifecycle races", _refund(change))


@GROUP.mutant("A payment is stored in whole units: 75.48 is booked as 75.", "money storage")
def payment_amount_cut(broken: Broken) -> None:
    def wrap(rule: Rule) -> Rule:
        def create(tx: Transaction, call: Call) -> Any:
            made: Any = rule(tx, call)
            return tx.save(made, {"amount": int(made.value["amount"])})

        return create

    broken.rule("payments.create", wrap)
