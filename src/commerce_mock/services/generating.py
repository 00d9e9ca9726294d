"""Scenarios of any size: users, their orders and the payments of these, made from a seed and in accord with each other.

An order belongs to a user who registered before it, its total is the sum of its items, a payment is its order's and
fits its state, and time goes on from one to the next, all of it before `now`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any, Final

from commerce_mock.clock import DAY, SECOND
from commerce_mock.identifiers import seeded_uuid
from commerce_mock.services.money import amount
from commerce_mock.stored import Value

Made = tuple[str, Value, Value | None]
"""A collection, a resource of it, and what is hidden of that."""

_FIRST: Final = ("Ada", "Ben", "Chloe", "Dan", "Emma", "Finn", "Grace", "Hugo", "Iris", "Jack", "Kim", "Liam", "Maya",
    "Noah", "Olga", "Paul", "Rosa", "Sam", "Tara", "Uma", "Vera", "Will", "Yara", "Zoe")  # fmt: skip
_LAST: Final = ("Adams", "Brown", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hill", "Ito", "Jones", "Khan",
    "Lopez", "Meyer", "Novak", "Okafor", "Park", "Rossi", "Silva", "Turner", "Weber", "Young")  # fmt: skip
_CITIES: Final = (("USA", "Boston"), ("France", "Lyon"), ("Japan", "Osaka"), ("Brazil", "Recife"), ("Kenya", "Nairobi"))
_PRODUCTS: Final = 100
_MOST: Final = 4  # of one product in an order
_METHOD: Final = {"type": "credit_card", "expiryMonth": "12", "expiryYear": "2030", "last4": "4242"}
_YEAR: Final = 365 * DAY
_REST: Final = 4 * DAY  # between the last order and now, in which it is delivered
_REGISTERING: Final = 30 * DAY  # before the first order
_SHARES: Final = {"delivered": 56, "shipped": 8, "processing": 6, "confirmed": 6, "pending": 10, "cancelled": 14}
_STATES: Final = tuple(state for state, share in _SHARES.items() for _ in range(share))
_FAILURES: Final = (("Insufficient funds", "INSUFFICIENT_FUNDS"), ("Expired card", "EXPIRED_CARD"))
_STEPS: Final = 4  # between two orders: placed, paid, settled, and some air


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much to make; the same is made of the same. `now` is in milliseconds since the epoch."""

    users: int
    orders: int
    seed: int
    now: int

    @property
    def first_order(self) -> int:
        """When orders begin."""
        return self.now - _YEAR - _REST

    @property
    def step(self) -> int:
        """Milliseconds from one order to the next."""
        return _YEAR // max(1, self.orders)


def generate(wanted: Wanted) -> Iterator[Made]:
    """All resources: the users, then each order with its payment, where it has one."""
    ids = [seeded_uuid(f"{wanted.seed}/users/{number}") for number in range(1, wanted.users + 1)]
    random = Random(f"users/{wanted.seed}")  # noqa: S311 - to be repeated, not to be secret
    for number, key in enumerate(ids):
        yield _user(random, number, key, wanted)
    yield from _orders(ids, wanted)


def _user(random: Random, number: int, key: str, wanted: Wanted) -> Made:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    name = f"{first}.{last}.{number + 1}".lower()
    country, city = random.choice(_CITIES)
    verified = random.random() < 0.9  # noqa: PLR2004 - most are
    created = wanted.first_order - _REGISTERING + _REGISTERING * number // wanted.users
    value = {
        "id": key,
        "email": f"{name}@example.com",
        "username": name,
        "first_name": first,
        "last_name": last,
        "phone": f"+1{2_000_000_000 + number}",
        "is_active": True,
        "is_verified": verified,
        "created_at": _written(created),
        "profile": {"country": country, "city": city},
    }
    return "users", value, None if verified else {"verification_token": f"{random.getrandbits(96):024x}"}


def _orders(ids: list[str], wanted: Wanted) -> Iterator[Made]:
    random = Random(f"orders/{wanted.seed}").random  # noqa: S311 - to be repeated, not to be secret
    step, begin, users = wanted.step, wanted.first_order, len(ids)
    payments = 0
    for number in range(wanted.orders):
        placed = begin + number * step
        items, total = _items(random())
        state = _STATES[int(random() * len(_STATES))]
        owner = ids[int(random() * users)]
        order: dict[str, Any] = {
            "id": f"order-{number + 1}",
            "userId": owner,
            "items": items,
            "status": state,
            "totalAmount": total,
            "createdAt": _written(placed),
        }
        payment = _payment(random(), order, placed + step // _STEPS, step)
        if payment is None:
            if state == "cancelled":
                order["updatedAt"] = order["cancelledAt"] = _written(placed + step // _STEPS)
            yield "orders", order, None
            continue
        payments += 1
        payment["id"] = f"pay-{payments}"
        if state != "pending":
            payment["transactionId"] = f"txn-{payments}"
            order["paymentId"] = payment["id"]
            order["updatedAt"] = payment["completedAt"]
            _go_on(order, payment, placed + step // 2, random())
        yield "orders", order, None
        yield "payments", payment, None


def _items(chance: float) -> tuple[list[Value], int | float]:
    """One to three products, and their sum: all from one random number, of which each takes its digits."""
    lines = _lines()
    drawn, more = divmod(int(chance * 2**53), 3)
    drawn, line = divmod(drawn, len(lines))
    item, cents = lines[line]
    items = [item]
    for _ in range(more):
        drawn, line = divmod(drawn, len(lines))
        item, price = lines[line]
        items.append(item)
        cents += price
    return items, amount(cents)


@cache
def _lines() -> list[tuple[Value, int]]:
    """Every product in every quantity as an order's item, and its cents."""
    prices = {f"prod-{number}": 99 + 350 * number % 19_900 for number in range(1, _PRODUCTS + 1)}
    return [
        ({"productId": product, "quantity": quantity, "price": amount(cents)}, quantity * cents)
        for product, cents in prices.items()
        for quantity in range(1, _MOST + 1)
    ]


def _payment(chance: float, order: Value, created: int, step: int) -> Value | None:
    """The payment that an order in its state has, but for what only a completed one has; None where it has none."""
    state = order["status"]
    if (state == "pending" and chance < 0.6) or (state == "cancelled" and chance < 0.5):  # noqa: PLR2004 - shares of those never paid
        return None
    settled = _written(created + step // _STEPS)
    payment: Value = {
        "id": "",
        "orderId": order["id"],
        "userId": order["userId"],
        "amount": order["totalAmount"],
        "currency": "USD",
        "status": "completed",
        "paymentMethod": _METHOD,
        "createdAt": _written(created),
    }
    if state == "pending":
        reason, code = _FAILURES[int(chance * 100) % len(_FAILURES)]
        return {**payment, "status": "failed", "failureReason": reason, "errorCode": code, "updatedAt": settled}
    payment["completedAt"] = payment["updatedAt"] = settled
    return payment


def _go_on(order: Value, payment: Value, paid: int, chance: float) -> None:
    """What has happened to an order since it was paid."""
    later = _written(paid + DAY // 2 + int(chance * 3 * DAY))
    match order["status"]:
        case "cancelled":
            order["updatedAt"] = order["cancelledAt"] = payment["updatedAt"] = later
            payment["status"], payment["refundedAmount"] = "refunded", payment["amount"]
        case "delivered" if chance < 0.05:  # noqa: PLR2004 - the share of those who send something back
            order["updatedAt"] = payment["updatedAt"] = later
            part = order["items"][0]["price"]
            whole = part == payment["amount"]
            payment["status"] = "refunded" if whole else "partially_refunded"
            payment["refundedAmount"] = part
        case "processing" | "shipped" | "delivered":
            order["updatedAt"] = later


def _written(milliseconds: int) -> str:
    """A time in whole seconds. As `timestamp`, several times faster for times of the same few years."""
    days, rest = divmod(milliseconds // SECOND, 86_400)
    return _date(days) + _time(rest)


@cache
def _date(days: int) -> str:
    return datetime.fromtimestamp(days * DAY // SECOND, UTC).date().isoformat()


@cache  # of a day's 86,400
def _time(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"T{minutes // 60:02}:{minutes % 60:02}:{second:02}Z"
