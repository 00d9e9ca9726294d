"""Whatever breaks, and wherever: a call has its effect once. Each operation with an effect, at each fault point."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from commerce_contract import load
from commerce_sdk import Commerce, Request, Response, errors
from commerce_sdk._message import Next
from commerce_testing.mock import CommerceMock
from commerce_testing.stage import Setting, Stage

USER = "550e8400-e29b-41d4-a716-446655440001"
STAGE = Stage()


def verify(commerce: Commerce, mock: CommerceMock) -> Any:
    user = commerce.users.create(
        email="v@example.com", username="v", password="password1", first_name="V", last_name="W"
    )
    token = next(word for mail in mock.inbox if mail["user_id"] == user.id for word in mail["text"].split()[-1:])
    return lambda: commerce.users.verify(user.id, verification_token=token.strip("."))


def pay(commerce: Commerce) -> Callable[[], Any]:
    order = order_of(commerce)
    return lambda: commerce.payments.create(
        order_id=order.id,
        user_id=USER,
        amount=order.total_amount,
        currency="USD",
        payment_method={"type": "paypal"},
    )


def order_of(commerce: Commerce) -> Any:
    return commerce.orders.create(user_id=USER, items=[{"product_id": "p", "quantity": 2, "price": "29.90"}])


def refund(commerce: Commerce) -> Callable[[], Any]:
    payment = commerce.payments.wait(pay(commerce)().id)
    return lambda: commerce.payments.refund(payment.id, amount="10.00")


def cancel(commerce: Commerce) -> Callable[[], Any]:
    order = order_of(commerce)
    return lambda: commerce.orders.cancel(order.id)


def confirm(commerce: Commerce) -> Callable[[], Any]:
    order = order_of(commerce)
    return lambda: commerce.orders.set_status(order.id, status="confirmed")


PREPARED: Mapping[str, Callable[[Commerce, CommerceMock], Callable[[], Any]]] = {
    "users.create": lambda commerce, _: (
        lambda: commerce.users.create(
            email="n@example.com", username="n", password="password1", first_name="N", last_name="M"
        )
    ),
    "users.update": lambda commerce, _: lambda: commerce.users.update(USER, first_name="Jane"),
    "users.verify": verify,
    "orders.create": lambda commerce, _: lambda: order_of(commerce),
    "orders.set_status": lambda commerce, _: confirm(commerce),
    "orders.cancel": lambda commerce, _: cancel(commerce),
    "payments.create": lambda commerce, _: pay(commerce),
    "payments.refund": lambda commerce, _: refund(commerce),
}
# What may be sent again only when it surely did not arrive: no key, not idempotent, no move.
ONCE = {"users.create", "users.verify"}
POINTS: Mapping[str, Mapping[str, Any]] = {
    "before it is sent": {"fault": "connection"},
    "after it is done, the answer is lost": {"fault": "connection", "after_commit": True},
    "in the middle of the answer": {"fault": "cut"},
    "503 after it is done": {"fault": 503, "after_commit": True},
    "500 after it is done": {"fault": 500, "after_commit": True},
    "twice, both after it is done": {"fault": 503, "after_commit": True, "times": 2},
}


def effect(operation: str, point: Mapping[str, Any] | None) -> tuple[Any, Any]:
    """What a call did to a world of its own, and what it gave."""
    mock = CommerceMock(STAGE.lay(Setting("demo", seed=7)))
    commerce = mock.client()
    call = PREPARED[operation](commerce, mock)
    fault = mock.fail(operation, **point) if point else None
    try:
        outcome = type(call())
    except errors.CommerceError as error:
        outcome = type(error)
    assert fault is None or fault.struck
    return whole(mock), outcome


def whole(mock: CommerceMock) -> Any:
    """All that a world holds, an hour later; time aside, since pauses pass it."""
    mock.clock.advance("1h")
    return {
        "state": {name: [timeless(each) for each in rows.values()] for name, rows in mock.state.items()},
        "events": [timeless(event.to_wire()) for event in mock.events],
        "inbox": [timeless(mail) for mail in mock.inbox],
    }


def timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: timeless(member) for name, member in value.items() if not name.lower().endswith(("_at", "edat"))}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def test_the_table_has_every_operation_that_changes_something() -> None:
    operations = load().operations.values()
    assert set(PREPARED) == {each.name for each in operations if each.method != "GET" and each.service != "admin"}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("operation", PREPARED)
def test_a_call_has_its_effect_once_wherever_it_breaks(operation: str, point: str) -> None:
    world, outcome = effect(operation, POINTS[point])
    undisturbed, value = effect(operation, None)
    assert world == undisturbed
    if operation not in ONCE or point == "before it is sent":
        assert outcome is value
    else:
        assert issubclass(outcome, (errors.ConnectionFailedError, errors.ServerError))


def test_a_key_for_each_attempt_would_be_found_out() -> None:
    mock = CommerceMock(STAGE.lay(Setting("demo", seed=7)))

    def another_key(request: Request, call_next: Next) -> Response:
        return call_next(request.with_headers({"Idempotency-Key": f"key-{request.attempt}"}))

    mock.fail("orders.create", 503, after_commit=True)
    order_of(mock.client(middleware=[another_key]))
    undisturbed, _ = effect("orders.create", None)
    assert whole(mock) != undisturbed


def test_a_call_that_is_made_has_an_effect() -> None:
    for operation in PREPARED:
        world, _ = effect(operation, None)
        assert world != effect_of_nothing(operation)


def effect_of_nothing(operation: str) -> Any:
    mock = CommerceMock(STAGE.lay(Setting("demo", seed=7)))
    PREPARED[operation](mock.client(), mock)
    return whole(mock)
