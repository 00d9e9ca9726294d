"""Something to be run under schedules: a checkout in a world of its own, and what its client could tell."""

from collections.abc import Callable
from typing import Any

from commerce_mock.exploring import Plan, Ran
from commerce_mock.schedules import Schedule, told
from commerce_testing import CommerceMock, Setting, Stage

ANN: dict[str, Any] = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "correct-horse-9",
    "first_name": "Ann",
    "last_name": "Lee",
}
LATE = {"point": 1, "choice": "request"}


class Checkout:
    """A known customer who has bought once; the next payment of hers is under the schedule."""

    def __init__(self, stage: Stage) -> None:
        self.mock = CommerceMock(stage.lay(Setting()))
        self.mock.payment_delay = "immediate"
        self.world = self.mock.engine.world
        self.client = self.mock.client()
        self.user = self.client.users.create(**ANN).id
        self.pay(self.order())
        self.last = self.order()

    def order(self) -> str:
        items: Any = [{"product_id": "prod-1", "quantity": 1, "price": "5.00"}]
        return self.client.orders.create(user_id=self.user, items=items).id

    def pay(self, order: str) -> None:
        self.client.payments.create(
            order_id=order, user_id=self.user, amount="5.00", currency="USD", payment_method={"type": "paypal"}
        )

    def confirmed(self) -> bool:
        return self.client.orders.get(self.last).status == "confirmed"


Body = Callable[[Checkout], bool | None]


def runner(stage: Stage, body: Body, ran: list[Ran] | None = None) -> Callable[[Plan], Ran]:
    """Runs a body, which fails by False, under a plan's schedule."""

    def run(plan: Plan) -> Ran:
        checkout = Checkout(stage)
        schedule = Schedule(plan.deviations, asleep=plan.asleep, patience=plan.patience)
        checkout.world.schedule = schedule
        failed = body(checkout) is False
        schedule.all_come(checkout.world)
        one = Ran(failed, told(checkout.world, schedule))
        if ran is not None:
            ran.append(one)
        return one

    return run


def heard(ran: Ran) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """What each service heard before each request: all that a client can tell apart."""
    segments: list[dict[str, list[str]]] = [{}]
    for step in ran.trace["story"]:
        if "request" in step:
            segments.append({})
        else:
            segments[-1].setdefault(step["delivery"].rpartition("/")[2], []).append(step["type"])
    return tuple(tuple((receiver, *each[receiver]) for receiver in sorted(each)) for each in segments[:-1])


def is_legal(ran: Ran) -> bool:
    """Whether each event came once to each receiver, those of one resource in the order of the log."""
    seen: dict[str, list[int]] = {}
    for step in ran.trace["story"]:
        if "delivery" in step:
            event, _, receiver = step["delivery"].rpartition("/")
            seen.setdefault(f"{receiver} {step['type'].partition('_')[0]}", []).append(
                int(event.removeprefix("event-"))
            )
    return all(numbers == sorted(set(numbers)) for numbers in seen.values())
