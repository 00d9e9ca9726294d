"""How every declared answer of every operation is provoked: by operation where it matters, else by status and code."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn
from unittest.mock import patch

from commerce_contract import Contract
from commerce_contract.responses import codes_of
from commerce_mock.call import Call, Result, Rule
from commerce_mock.transaction import Transaction
from commerce_mock.versions import KEPT
from harness.crowded import Taken, full_of_delivery_rules, full_of_faults
from harness.platform import Answered
from harness.stage import BODIES, CARD, NOBODY, Asked, Stage

Declared = tuple[str, int, str | None]
"""Operation, status, and code where the answer is a problem."""
Provocation = Callable[[str], Answered]

ODD_URL = "odd=%zz"
KEY = {"Idempotency-Key": "key-1"}


def declared(contract: Contract) -> Iterator[Declared]:
    """Every answer that the contract's operations declare, one for each problem code."""
    for operation in contract.operations.values():
        for status, response in operation.responses.items():
            for code in codes_of(response) or (None,):
                yield operation.name, status, code


def provocation(answer: Declared) -> Provocation | None:
    """How an answer is provoked; None where nobody wrote that down."""
    _, status, code = answer
    if answer in SPECIFIC:
        return SPECIFIC[answer]
    return succeed if code is None and status < 300 else GENERAL.get((status, code))


def ask(name: str, spoil: Callable[[Asked], Asked] = lambda asked: asked, stage: Stage | None = None) -> Answered:
    stage = stage or Stage()
    return stage.send(spoil(stage.ask(name)))


def succeed(name: str) -> Answered:
    return ask(name)


def malformed(name: str) -> Answered:
    return ask(name, lambda asked: asked.but(query=ODD_URL) if asked.body is None else asked.but(body=b'{"a":'))


def nobody_calls(name: str) -> Answered:
    return ask(name, lambda asked: asked.but(token=None))


def stranger_calls(name: str) -> Answered:
    stage = Stage()
    return ask(name, lambda asked: asked.but(token=stage.platform.token(NOBODY)), stage)


def wrong_media_type(name: str) -> Answered:
    return ask(name, lambda asked: asked.but(headers={"Content-Type": "application/x-www-form-urlencoded"}))


def invalid(name: str) -> Answered:
    """Where it is, the request breaks a schema: an empty body, a page of nothing, a path without a UUID."""

    def spoil(asked: Asked) -> Asked:
        places = {parameter.name for parameter in asked.operation.parameters}
        if asked.body is not None:
            name = "amount" if "amount" in asked.body else next(iter(asked.body))
            return asked.with_body(**{name: []})
        return asked.but(query="limit=0") if "limit" in places else asked.at("42")

    return ask(name, spoil)


def unknown_resource(name: str) -> Answered:
    stage = Stage()
    return ask(name, lambda asked: asked.at(NOBODY).but(token=stage.platform.admin), stage)


def rule_fails(name: str) -> Answered:
    def fail(_tx: Transaction, _call: Call) -> NoReturn:
        raise ZeroDivisionError

    stage = Stage(rules={name: fail})
    return stage.send(stage.ask(name))


def service_down(name: str) -> Answered:
    stage = Stage()
    asked = stage.ask(name)
    stage.platform.switch(asked.operation.service, up=False)
    return stage.send(asked)


def not_served(name: str) -> Answered:
    stage = Stage()
    stage.platform.engine.worlds.replay = None
    return ask(name, stage=stage)


def key_in_use(name: str) -> Answered:
    """The rule sends the same request again, before it has answered the first."""
    rule: Rule = Stage().platform.engine.behaviour.handlers[name].rule
    inner: list[Answered] = []

    def again(tx: Transaction, call: Call) -> Result:
        inner.append(stage.send(asked))
        return rule(tx, call)

    stage = Stage(rules={name: again})
    asked = stage.ask(name).but(headers=KEY)
    assert stage.send(asked).status < 300
    return inner[0]


def key_reused(name: str) -> Answered:
    stage = Stage()
    asked = stage.ask(name).but(headers=KEY)
    assert stage.send(asked).status < 300
    number = {"amount": 1} if "amount" in asked.body else {"items": BODIES["orders.create"]["items"] * 2}
    return stage.send(asked.with_body(**number))


def with_body(**changes: Any) -> Provocation:
    """The valid request with something else in its body, sent by somebody who may do everything."""

    def send(name: str) -> Answered:
        stage = Stage()
        return ask(
            name, lambda asked: asked.with_body(**changes).but(token=asked.token and stage.platform.admin), stage
        )

    return send


def about(identifier: str) -> Provocation:
    return lambda name: ask(name, lambda asked: asked.at(identifier))


def card(number: str) -> Provocation:
    return with_body(paymentMethod={**CARD, "cardNumber": number})


def port_taken(name: str) -> Answered:
    stage = Stage()
    stage.platform.world.doors = Taken()
    down = stage.send(stage.ask(name).but(body={"up": False, "mode": "refuse"}))
    assert down.json["mode"] == "refuse"
    return stage.send(stage.ask(name).but(body={"up": True}))


def with_query(query: str) -> Provocation:
    return lambda name: ask(name, lambda asked: asked.but(query=query))


def evicted(query: str = "") -> Provocation:
    """So many requests came since the first one that its state is kept no longer."""

    def send(name: str) -> Answered:
        stage = Stage()
        asked, world = stage.ask(name), stage.platform.world
        for number in range(2, KEPT + 2):
            world.versions.keep((number, f"req-{number}", world.store.state, world.store.state, 0))
        return stage.send(asked.but(query=query))

    return send


def snapshot_twice(name: str) -> Answered:
    stage = Stage()
    assert stage.send(stage.ask(name)).status == 201
    return stage.send(stage.ask(name))


def too_large(name: str) -> Answered:
    with patch("commerce_mock.saving.MOST", 1):
        return ask(name)


def forgotten(name: str) -> Answered:
    """The journal keeps one request, and the first was another."""
    stage = Stage()
    with patch("commerce_mock.journal.KEPT", 1):
        stage.platform.get("orders", "/health")
        stage.platform.get("orders", "/health")
        asked = stage.ask(name)
        return stage.send(asked.but(query="since=request-1") if asked.body is None else asked)


def too_many_streams(name: str) -> Answered:
    with patch("commerce_mock.services.admin.records.MOST_FOLLOWERS", 0):
        return ask(name)


def recorded_already(name: str) -> Answered:
    stage = Stage()
    assert stage.send(stage.ask(name)).status == 200
    return stage.send(stage.ask(name))


def emitted_already(name: str) -> Answered:
    stage = Stage()
    asked = stage.ask(name).with_body(id="mine")
    assert stage.send(asked).status == 201
    return stage.send(asked)


def not_scheduled(name: str) -> Answered:
    stage = Stage()
    asked = stage.ask(name)
    stage.platform.world.schedule = None
    return stage.send(asked)


def not_recorded(name: str) -> Answered:
    stage = Stage()
    asked = stage.ask(name)
    stage.platform.world.recording = None
    return stage.send(asked)


def since_nothing(name: str) -> Answered:
    unknown = "request-99"
    return ask(name, lambda a: a.but(query=f"since={unknown}") if a.body is None else a.with_body(since=unknown))


GENERAL: Mapping[tuple[int, str | None], Provocation] = {
    (400, "BAD_REQUEST"): malformed,
    (401, "UNAUTHORIZED"): nobody_calls,
    (403, "FORBIDDEN"): stranger_calls,
    (404, "NOT_FOUND"): unknown_resource,
    (404, "USER_004"): unknown_resource,
    (404, "ORDER_003"): unknown_resource,
    (409, "CONFLICT"): key_in_use,
    (409, "ORDER_004"): about("order-125"),
    (415, "UNSUPPORTED_MEDIA_TYPE"): wrong_media_type,
    (422, "VALIDATION_ERROR"): invalid,
    (422, "IDEMPOTENCY_KEY_REUSED"): key_reused,
    (500, "INTERNAL_ERROR"): rule_fails,
    (503, "SERVICE_UNAVAILABLE"): service_down,
    (503, None): service_down,
}
SPECIFIC: Mapping[Declared, Provocation] = {
    ("admin.set_auth", 409, "CONFLICT"): lambda name: ask(name, stage=Stage(auth=False)),
    ("admin.delete_idempotency_keys", 422, "VALIDATION_ERROR"): with_query(f"key={'k' * 256}"),
    ("admin.stream_events", 409, "CONFLICT"): too_many_streams,
    ("admin.stream_events", 422, "VALIDATION_ERROR"): with_query("after=event-99"),
    ("admin.stream_inbox", 409, "CONFLICT"): too_many_streams,
    ("admin.stream_inbox", 422, "VALIDATION_ERROR"): with_query("after=notification-99"),
    ("admin.set_schedule", 422, "VALIDATION_ERROR"): with_body(patience=0),
    ("admin.schedule", 404, "NOT_FOUND"): not_scheduled,
    ("admin.delete_schedule", 404, "NOT_FOUND"): not_scheduled,
    ("admin.start_recording", 409, "CONFLICT"): recorded_already,
    ("admin.stop_recording", 409, "CONFLICT"): not_recorded,
    ("admin.replay_recording", 409, "CONFLICT"): not_served,
    ("admin.emit", 200, None): emitted_already,
    ("admin.emit", 409, "CONFLICT"): with_body(id="event-1"),
    ("users.create", 409, "USER_001"): with_body(email="USER@example.com"),
    ("users.create", 409, "USER_002"): with_body(username="UserName"),
    ("users.verify", 400, "USER_003"): with_body(verification_token="abc124"),
    ("orders.create", 422, "ORDER_001"): with_body(userId=NOBODY),
    ("orders.create", 422, "ORDER_002"): with_body(items=[]),
    ("orders.create", 422, "VALIDATION_ERROR"): with_body(items=[{}]),
    ("payments.create", 422, "PAY_001"): card("4000000000000002"),
    ("payments.create", 422, "PAY_002"): card("4000000000009995"),
    ("payments.create", 422, "ORDER_003"): with_body(orderId="order-0"),
    ("payments.create", 409, "PAY_003"): with_body(orderId="order-123", amount=75.48),
    ("payments.create", 409, "ORDER_004"): with_body(orderId="order-125", amount=46.5),
    ("payments.refund", 409, "PAY_004"): about("pay-457"),
    ("admin.advance", 409, "CONFLICT"): with_body(duration="9999999d"),
    ("admin.save_scenario", 409, "CONFLICT"): too_large,
    ("admin.settle", 409, "CONFLICT"): about("pay-456"),
    ("admin.create_fault", 409, "CONFLICT"): lambda name: ask(name, stage=full_of_faults()),
    ("admin.create_delivery_rule", 409, "CONFLICT"): lambda name: ask(name, stage=full_of_delivery_rules()),
    ("admin.set_service", 409, "CONFLICT"): port_taken,
    ("admin.delete_world", 409, "CONFLICT"): about("default"),
    ("admin.journal", 404, "NOT_FOUND"): since_nothing,
    ("admin.journal", 409, "CONFLICT"): forgotten,
    ("admin.request", 409, "CONFLICT"): forgotten,
    ("admin.explain_request", 409, "CONFLICT"): forgotten,
    ("admin.count_requests", 404, "NOT_FOUND"): since_nothing,
    ("admin.count_requests", 409, "CONFLICT"): forgotten,
    ("admin.verify_requests", 404, "NOT_FOUND"): since_nothing,
    ("admin.verify_requests", 409, "CONFLICT"): forgotten,
    ("admin.coverage", 422, "VALIDATION_ERROR"): lambda name: ask(name, lambda asked: asked.but(query="worlds=some")),
    ("admin.create_snapshot", 409, "CONFLICT"): snapshot_twice,
    ("admin.rewind", 404, "NOT_FOUND"): with_body(to="request-99"),
    ("admin.rewind", 409, "CONFLICT"): evicted(),
    ("admin.state", 404, "NOT_FOUND"): with_query("at=request-99"),
    ("admin.state", 409, "CONFLICT"): evicted("at=request-1"),
    ("admin.diff_state", 404, "NOT_FOUND"): with_query("from=request-99"),
    ("admin.diff_state", 409, "CONFLICT"): evicted("to=request-1"),
    ("admin.diff_state", 422, "VALIDATION_ERROR"): with_query("from="),
    ("admin.fork_world", 409, "CONFLICT"): with_body(name="default"),
}
