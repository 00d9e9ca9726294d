"""The engine: the order in which a request is judged, what a failure leaves, the gateway, and another contract."""

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from commerce_contract import ContractError, load
from commerce_mock.auth import DEVELOPMENT_SECRET, issue_token
from commerce_mock.call import Answer, Call
from commerce_mock.clock import parse_time, timestamp
from commerce_mock.engine import Engine, gateway_operations
from commerce_mock.journal import Entry
from commerce_mock.problems import Problem
from commerce_mock.scenario import Scenario, load_scenario
from commerce_mock.services import orders
from commerce_mock.settings import Settings
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from harness.platform import Platform, contract

UNKNOWN = "/api/orders/order-404/status"


def test_a_request_is_judged_in_one_order_route_outage_caller_body_existence() -> None:
    platform = Platform(judged=False)
    ann = platform.register()

    def put(path: str, body: Any, token: str | None) -> str | None:
        return platform.send("orders", "PUT", path, body, token).code

    platform.world.down.add("orders")
    assert put("/none", b"{", None) == "NOT_FOUND"
    assert put(UNKNOWN, b"{", None) == "SERVICE_UNAVAILABLE"
    platform.world.down.clear()
    assert put(UNKNOWN, b"{", None) == "UNAUTHORIZED"
    assert put(UNKNOWN, b"{", ann.token) == "BAD_REQUEST"
    assert put(UNKNOWN, {"status": "lost"}, ann.token) == "VALIDATION_ERROR"
    assert put(UNKNOWN, {"status": "shipped"}, ann.token) == "ORDER_003"


def test_a_rule_that_stores_and_then_fails_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    def fail(tx: Transaction, call: Call) -> NoReturn:
        orders.create(tx, call)
        raise RuntimeError("after all was stored")

    platform = Platform(rules={"orders.create": fail})
    ann = platform.register()
    before = platform.world.store.state
    body = {"userId": ann.id, "items": [{"productId": "p", "quantity": 1, "price": 1}]}
    answer = platform.post("orders", "/api/orders", body, ann.token)
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert b"after all" not in answer.body
    assert platform.world.store.state is before
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, f"{answer.headers['x-request-id']} failed")
    assert record.exc_info is not None
    assert "after all was stored" in str(record.exc_info[1])


def test_an_answer_that_breaks_the_contract_is_a_loud_error_and_leaves_no_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def wrong(tx: Transaction, call: Call) -> Answer:
        orders.create(tx, call)
        return Answer({"id": 1})

    platform = Platform(rules={"orders.create": wrong})
    ann = platform.register()
    before = platform.world.store.state
    body = {"userId": ann.id, "items": [{"productId": "p", "quantity": 1, "price": 1}]}
    answer = platform.post("orders", "/api/orders", body, ann.token)
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert "/id must be a string" in answer.json["detail"]
    assert "openapi/orders.yaml" in answer.json["detail"]
    assert platform.world.store.state is before
    assert "breaks the contract: orders.create 201" in caplog.text


def test_a_mock_without_auth_takes_everyone_for_an_admin() -> None:
    platform = Platform(auth=False, judged=False)
    ann = platform.register()
    assert platform.get("users", f"/api/users/{ann.id}").status == 200
    assert platform.send("users", "GET", f"/api/users/{ann.id}", token="nonsense").status == 200


def test_only_tokens_of_the_mocks_own_secret_count() -> None:
    platform = Platform(jwt_secret="quite-another-secret-of-this-test", judged=False)
    ann = platform.register()
    foreign = issue_token(DEVELOPMENT_SECRET, ann.id, "admin", 60, platform.world.clock.now())
    assert platform.get("users", f"/api/users/{ann.id}", ann.token).status == 200
    assert platform.get("users", f"/api/users/{ann.id}", foreign).status == 401


@pytest.mark.parametrize(
    ("clock", "scenario", "now"),
    [
        ("2026-05-05T00:00:00Z", None, "2026-05-05T00:00:00Z"),
        ("2026-05-05T00:00:00Z", "2023-01-01T00:00:00Z", "2026-05-05T00:00:00Z"),
        ("frozen", "2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
    ],
)
def test_a_frozen_clock_stands_where_it_was_told_to(clock: str, scenario: str | None, now: str) -> None:
    began = None if scenario is None else parse_time(scenario)
    engine = Engine(contract(), Settings(clock=clock), Scenario(clock=began))
    assert (timestamp(engine.world.clock.now()), engine.world.clock.mode) == (now, "frozen")


def test_a_clock_that_is_frozen_without_a_time_stands_at_the_start() -> None:
    clock = Engine(contract(), Settings(clock="frozen")).world.clock
    assert (clock.mode, clock.now()) == ("frozen", clock.now())


def test_a_real_clock_is_the_machines() -> None:
    assert Engine(contract()).world.clock.mode == "real"


def test_everyone_who_listens_is_told_every_answer() -> None:
    platform = Platform(judged=False)
    told: list[Entry] = []
    platform.engine.on_answer = told.append
    platform.get("orders", "/health")
    platform.get("orders", "/none")
    assert [(entry.operation, entry.status) for entry in told] == [("orders.health", 200), (None, 404)]


def test_a_request_that_is_not_read_is_refused_and_noted_all_the_same() -> None:
    platform = Platform()
    refusal = Problem("BAD_REQUEST", "Too much.", status=413, title="Content too large")
    answer = platform.engine.refuse(platform.world, Request("POST", "/api/users", service="users"), refusal)
    assert answer.status == 413
    assert (platform.world.journal.entries[-1].status, platform.world.journal.entries[-1].code) == (413, "BAD_REQUEST")


def test_behind_the_gateway_only_what_services_share_is_under_their_names() -> None:
    paths = {operation.name: operation.path for operation in gateway_operations(contract())}
    assert paths["orders.create"] == "/api/orders"
    assert paths["orders.health"] == "/orders/health"
    assert paths["users.metrics"] == "/users/metrics"
    assert paths["admin.health"] == "/__admin/health"
    shapes = [
        (operation.method, re.sub(r"{.*?}", "{}", operation.path)) for operation in gateway_operations(contract())
    ]
    assert len(set(shapes)) == len(shapes) == len(contract().operations)


def test_behind_the_gateway_the_names_of_path_parameters_tell_nothing_apart() -> None:
    read = contract().operations["orders.get"]
    other = replace(read, name="things.get", service="things", path="/api/orders/{id}")
    both = replace(contract(), operations={"orders.get": read, "things.get": other})
    assert [operation.path for operation in gateway_operations(both)] == [
        "/orders/api/orders/{order_id}", "/things/api/orders/{id}",
    ]  # fmt: skip


def test_the_gateway_answers_as_the_service_does() -> None:
    platform = Platform(scenario="demo", judged=False)
    for path, service in (("/api/orders/order-123", "orders"), ("/api/payments/pay-456", "payments")):
        behind = platform.send(None, "GET", path, token=platform.admin)
        assert (behind.status, behind.body) == (200, platform.get(service, path, platform.admin).body)
    entry = platform.world.journal.entries[-2]
    assert (entry.service, entry.operation) == ("payments", "payments.get")


def _copy(target: Path, change: tuple[str, str]) -> Path:
    """The documents, with one replacement in those of orders."""
    for file in contract().files:
        path = target / file.relative_to(contract().root)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text()
        path.write_text(text.replace(*change) if path.as_posix().endswith("openapi/orders.yaml") else text)
    return target


def test_another_contract_takes_effect_at_once_and_keeps_the_state(tmp_path: Path) -> None:
    platform = Platform(judged=False)
    ann = platform.register()
    order = platform.order(ann)
    state = platform.world.store.state
    platform.engine.replace_contract(
        load(_copy(tmp_path, ("/api/orders/user/{user_id}:", "/api/orders/of/{user_id}:")))
    )
    assert platform.world.store.state is state
    moved = platform.get("orders", f"/api/orders/of/{ann.id}", ann.token)
    assert (moved.status, moved.json["orders"]) == (200, [order])
    assert platform.get("orders", f"/api/orders/user/{ann.id}", ann.token).status == 404
    assert platform.post("orders", "/api/orders", {"userId": ann.id, "items": []}, ann.token).code == "ORDER_002"
    assert platform.order(ann)["id"] == "order-2"


def test_a_contract_that_does_not_load_changes_nothing(tmp_path: Path) -> None:
    platform = Platform(judged=False)
    with pytest.raises(ContractError):
        platform.engine.replace_contract(
            load(_copy(tmp_path, ("operationId: orders.get", "operationId: orders.create")))
        )
    assert platform.get("orders", "/health").status == 200


def test_a_timer_that_was_set_under_the_old_contract_fires_under_the_new_one(tmp_path: Path) -> None:
    platform = Platform(judged=False)
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order).json["id"]
    platform.engine.replace_contract(load(_copy(tmp_path, ("Get an order", "Read an order"))))
    platform.advance(1)
    assert platform.get("payments", f"/api/payments/{payment}", ann.token).json["status"] == "completed"
    assert platform.get("orders", f"/api/orders/{order['id']}", ann.token).json["status"] == "confirmed"


def test_a_rule_may_be_replaced_by_the_name_of_its_operation() -> None:
    def mine(tx: Transaction, call: Call) -> Stored:
        stored = orders.create(tx, call)
        return tx.save(stored, {"paymentId": "mine"})

    platform = Platform(rules={"orders.create": mine})
    assert platform.order(platform.register())["paymentId"] == "mine"


def test_the_demo_scenario_is_what_a_world_begins_with() -> None:
    engine = Engine(contract(), Settings(clock="frozen"), load_scenario("demo"))
    assert timestamp(engine.world.clock.now()) == "2023-01-01T01:00:00Z"
    assert engine.world.origin is engine.world.store.state


def test_a_rule_that_refuses_with_a_code_of_no_contract_gets_an_error_that_names_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def unheard_of(_tx: Transaction, _call: Call) -> NoReturn:
        raise Problem("ORDER_999")

    platform = Platform(rules={"orders.get": unheard_of})
    answer = platform.get("orders", "/api/orders/order-1", platform.admin)
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert "the code ORDER_999, which the contract does not declare" in answer.json["detail"]
    assert f"{answer.headers['x-request-id']} was refused with ORDER_999" in caplog.text
    assert platform.world.journal.entries[-1].code == "INTERNAL_ERROR"


def test_a_contract_that_cannot_take_over_leaves_all_of_the_old_one_in_place(tmp_path: Path) -> None:
    platform = Platform(rules={"orders.get": lambda tx, call: pytest.fail(f"{tx} {call}")}, judged=False)
    engine = platform.engine
    before = engine.contract, engine.behaviour, engine.routes, platform.world.behaviour
    with pytest.raises(LookupError, match=r"orders\.get"):
        engine.replace_contract(load(_copy(tmp_path, ("operationId: orders.get", "operationId: orders.fetch"))))
    assert (engine.contract, engine.behaviour, engine.routes, platform.world.behaviour) == before
