"""What a customer's day is for a client: every operation, every event, and problems; all that was told is kept."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from pydantic import BaseModel

from commerce_mock.encoding import kept_json
from commerce_mock.events import LOG, from_log
from commerce_sdk import Commerce, CommerceError, Page, Request, Response, _json
from commerce_sdk._message import Next
from commerce_sdk.events import Event, EventHandlers, parse
from commerce_testing import CommerceMock
from sdk.compatibility.record import Run, lost

GOOD_CARD: Final = "4111111111111111"
FAILING_CARD: Final = "4000000000000341"
DECLINED_CARD: Final = "4000000000009995"


class Recorder(EventHandlers):
    """Handlers that keep what comes to them; what has no handler of its own besides."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[Event] = []

    def on_other(self, event: Event) -> None:
        self.others.append(event)


class Day:
    """One client's dealings with one world; lives as long as the test."""

    def __init__(self, mock: CommerceMock) -> None:
        self.mock = mock
        self.run = Run()
        self.commerce: Commerce = mock.client(middleware=[self._listen], max_retries=1)
        self._good: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {}
        self._answers: list[Response] = []

    def do(self, name: str, **given: Any) -> Any:
        """Make one call by the name of its operation; path parameters are given like the others."""
        service, _, verb = name.partition(".")
        method = getattr(getattr(self.commerce, service), verb)
        return self._made(name, method, **given)

    def need(self, name: str, **given: Any) -> Any:
        """A call whose value the rest of the day needs. Raises `BrokenDayError`."""
        if isinstance(value := self.do(name, **given), CommerceError):
            raise BrokenDayError(name) from value
        return value

    def again(self, name: str, **options: Any) -> Any:
        """The last call of an operation that was taken, once more, with other options."""
        method, given = self._good[name]
        return self._made(name, method, **{**given, **options})

    def _made(self, name: str, method: Callable[..., Any], **given: Any) -> Any:
        run = self.run
        self._answers.clear()
        try:
            answer = self.commerce.with_response(method, **given)
        except CommerceError as error:
            run.trace.append((name, type(error).__name__))
            run.failures.append(error)
            return error
        self._good[name] = method, given
        run.headers.append(answer.headers)
        value = answer.value
        result = value.result if isinstance(value, Page) else value
        run.trace.append((name, type(result).__name__))
        run.values.append(result)
        if isinstance(result, BaseModel):
            told = _json.decode(self._answers[-1].body)
            run.told.append(told)
            run.lost += lost(name, told, _json.decode(_json.encode(result)))
        return value

    def _listen(self, request: Request, following: Next) -> Response:
        response = following(request)
        self._answers.append(response)
        return response

    def hear(self) -> None:
        """Every event, in the forms in which it may come; each is handed to handlers, too."""
        run, recorder, world = self.run, Recorder(), self.mock.engine.world
        for entry in world.store.begin().oldest(LOG):
            document = from_log(entry).document("default")
            payload = _json.decode(kept_json(document["payload"]))
            headers = {f"ce-{name}": document[name] for name in ("id", "source", "type", "time")}
            flat = {name: each for name, each in payload.items() if isinstance(each, str)}
            flat["data"] = _json.encode(payload["data"]).decode()
            step = f"event {document['type']}"
            try:
                event = parse(kept_json(document["payload"]), headers)
                assert parse({"payload": payload, "headers": headers}) == event
                assert parse({**flat, **headers}).event_type == event.event_type
            except CommerceError as error:
                run.trace.append((step, type(error).__name__))
                run.failures.append(error)
                continue
            run.trace.append((step, type(event).__name__))
            run.events.append(event)
            run.payloads.append(payload)
            run.lost += lost(step, payload, _json.decode(_json.encode(event)))
            recorder.handle(event)
        assert recorder.others == run.events


class BrokenDayError(Exception):
    """A step failed without which the day cannot go on."""


def play(mock: CommerceMock) -> Day:
    """The day itself: registration, orders, payments that complete and fail, refunds, lists, refusals, events."""
    day = Day(mock)
    with suppress(BrokenDayError):
        user = _register(day)
        orders = [_order(day, user.id) for _ in range(4)]
        day.do("orders.create", user_id="nobody", items=[item()])
        day.do("orders.get", order_id="order-0")
        _pay_all(day, orders)
        _ship(day, orders)
        _look_around(day, user.id)
    day.hear()
    return day


def _register(day: Day) -> Any:
    who = {"first_name": "Ann", "last_name": "Lee", "password": "correct-horse-9", "phone": "+4912345"}
    user = day.need("users.create", email="ann@example.com", username="ann", **who)
    day.do("users.create", email="ann@example.com", username="other", **who)
    day.do("users.verify", user_id=user.id, verification_token="wrong")
    mailed = day.mock.inbox[0]["text"].rpartition(" ")[2]
    day.do("users.verify", user_id=user.id, verification_token=mailed)
    day.do("users.update", user_id=user.id, last_name="Low", profile={"bio": "Reads", "country": "DE", "city": "Ulm"})
    day.do("users.get", user_id=user.id)
    return user


def _pay_all(day: Day, orders: list[Any]) -> None:
    do, advance = day.do, day.mock.clock.advance
    payment = day.need("payments.create", **paying(orders[0], card(GOOD_CARD)))
    do("payments.create", **paying(orders[0], card(GOOD_CARD)))
    do("payments.create", **paying(orders[1], card(DECLINED_CARD)))
    do("payments.create", **paying(orders[1], card("4111111111111112")))
    failing = day.need("payments.create", **paying(orders[1], card(FAILING_CARD)))
    do("payments.wait", payment_id=payment.id)
    advance("10s")
    by_account = day.need("payments.create", **paying(orders[2], {"type": "paypal"}))
    advance("10s")
    for paid in (payment, failing, by_account):
        do("payments.get", payment_id=paid.id)
    do("payments.refund", payment_id=failing.id, amount="1.00")
    do("payments.refund", payment_id=payment.id, amount="0.50", reason="late")
    do("payments.refund", payment_id=by_account.id, amount=orders[2].total_amount)
    do("payments.list_for_user", user_id=payment.user_id, limit=2)
    do("payments.get", payment_id="pay-0")


def _ship(day: Day, orders: list[Any]) -> None:
    shipped, cancelled = orders[0].id, orders[3].id
    day.do("orders.set_status", order_id=shipped, status="delivered")
    day.do("orders.set_status", order_id=shipped, status="processing", payment_id="pay-1")
    day.do("orders.get", order_id=shipped)
    day.do("orders.cancel", order_id=cancelled)
    day.do("orders.cancel", order_id=cancelled)
    day.do("orders.cancel", order_id=orders[2].id)
    day.do("orders.get", order_id=cancelled)
    day.do("orders.list_for_user", user_id=orders[0].user_id, status="confirmed")
    day.do("orders.list_for_user", user_id=orders[0].user_id, limit=1)


def _look_around(day: Day, user_id: str) -> None:
    day.do("users.events", user_id=user_id)
    for service in ("users", "orders", "payments", "notifications"):
        for verb in ("health", "ready", "metrics"):
            day.do(f"{service}.{verb}")
    users = day.mock.service("users")
    users.down()
    day.do("orders.health")
    day.do("users.ready")
    users.up()
    day.do("payments.circuit_breaker")


def item(**extra: Any) -> dict[str, Any]:
    return {"product_id": "prod-1", "quantity": 2, "price": "14.95", **extra}


def _order(day: Day, user_id: str) -> Any:
    return day.need("orders.create", user_id=user_id, items=[item(), item(quantity=1)])


def card(number: str, kind: str = "credit_card") -> dict[str, str]:
    """A card as a payment method."""
    return {"type": kind, "card_number": number, "cvv": "123", "expiry_month": "12", "expiry_year": "2031"}


def paying(order: Any, method: Any) -> dict[str, Any]:
    """The arguments that pay an order."""
    total, user_id = order.total_amount, order.user_id
    return {"order_id": order.id, "user_id": user_id, "amount": total, "currency": "EUR", "payment_method": method}
