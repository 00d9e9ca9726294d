"""Why a request was answered as it was: the documents' line, the code's line, what changed and what was caused."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from commerce_contract import load
from commerce_mock.engine import Engine
from commerce_mock.explaining import caused
from commerce_mock.problems import Problem
from commerce_mock.settings import Settings
from commerce_mock.versions import KEPT
from commerce_mock.wire import Request
from harness.platform import Answered, Platform
from harness.stage import Asked, Stage

FOREIGN = Path(__file__).parents[1] / "foreign"


def explained(stage: Stage, answered: Answered) -> Any:
    told = stage.platform.get("admin", f"/__admin/requests/{answered.headers['x-mock-request-id']}/explain")
    assert told.status == 200, told.body
    return told.json


def line(stage: Stage, location: Any) -> str:
    """What stands at a place of the documents or of the code."""
    file = location["file"]
    if file.endswith(".py"):
        spec = find_spec(file.removesuffix(".py").replace("/", "."))
        assert spec is not None
        assert spec.origin is not None
        path = Path(spec.origin)
    else:
        path = stage.platform.contract.root / file
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[int(location["line"]) - 1].strip()


def decided(stage: Stage, asked: Asked) -> dict[str, str]:
    """For each thing that decided a refusal, the line that it stands in."""
    told = explained(stage, stage.send(asked))
    return {each["by"]: line(stage, each["location"]) for each in told["decided"]}


def test_an_operation_is_told_with_its_place_and_the_function_that_answered() -> None:
    stage = Stage()
    told = explained(stage, stage.send(stage.ask("orders.create")))
    assert told["operation"]["name"] == "orders.create"
    assert line(stage, told["operation"]["location"]) == "post:"
    behaviour = told["behaviour"]
    assert (behaviour["kind"], behaviour["module"]) == ("rule", "commerce_mock.services.orders")
    file = f"{behaviour['module'].replace('.', '/')}.py"
    assert line(stage, {"file": file, "line": behaviour["line"]}).startswith(f"def {behaviour['function']}(")
    derived = explained(stage, stage.send(stage.ask("orders.get")))["behaviour"]
    assert (derived["kind"], derived["module"], derived["function"]) == ("derived", "commerce_mock.derived", "find")


def test_what_a_request_changed_and_caused_is_told_with_what_came_of_it_later() -> None:
    stage = Stage()
    paid = stage.send(stage.ask("payments.create"))
    at_once = explained(stage, paid)
    assert [(change["op"], change["path"]) for change in at_once["changes"]] == [
        ("add", f"/payments/{paid.json['id']}")
    ]
    stage.platform.advance(10)
    told = explained(stage, paid)
    assert [event["type"] for event in told["events"]] == ["payment_completed", "order_confirmed"]
    assert (told["decided"], told["nearest"]) == ([], None)


def test_a_change_is_a_json_patch() -> None:
    stage = Stage()
    told = explained(stage, stage.send(stage.ask("orders.cancel")))
    assert {"op": "replace", "path": "/orders/order-124/status", "value": "cancelled"} in told["changes"]


def test_what_a_request_changed_is_not_told_where_that_is_no_longer_kept() -> None:
    stage = Stage(judged=False)
    first = stage.send(stage.ask("orders.cancel"))
    for _ in range(KEPT):
        stage.platform.get("orders", "/health")
    assert explained(stage, first)["changes"] is None


@pytest.mark.parametrize(
    ("name", "changes", "lines"),
    [
        ("orders.set_status", {"status": "delivered"}, {"x-transitions": "x-transitions:", "code": "raise at("}),
        ("users.create", {"password": "short"}, {"minLength": "minLength: 8", "code": "raise self._refusal("}),
        ("users.create", {"email": "user@example.com"}, {"x-resource": "x-resource:"}),
        ("orders.create", {"items": []}, {"minItems": "minItems: 1", "x-problem": "x-problem: ORDER_002"}),
        ("payments.create", {"amount": 1}, {"code": 'raise at("VALIDATION_ERROR", "/amount"'}),
    ],
)
def test_the_line_that_decided_a_refusal_is_told(name: str, changes: dict[str, Any], lines: dict[str, str]) -> None:
    stage = Stage()
    found = decided(stage, stage.ask(name).with_body(**changes))
    assert "response" in found
    for by, start in lines.items():
        assert found[by].startswith(start)


def test_a_parameter_that_is_wrong_leads_to_where_it_is_declared() -> None:
    stage = Stage()
    found = decided(stage, stage.ask("orders.list_for_user").but(query="limit=0"))
    assert found["parameters"] == "Limit:"


def test_a_missing_token_leads_to_the_operation() -> None:
    stage = Stage()
    found = decided(stage, stage.ask("orders.get").but(token=None))
    assert found["security"] == "get:"
    assert found["code"].startswith("raise ")


def test_a_body_that_is_no_json_is_explained_by_the_code() -> None:
    stage = Stage()
    found = decided(stage, stage.ask("orders.create").but(body=b"{x"))
    assert set(found) == {"code", "response"}


@pytest.mark.parametrize(
    ("method", "path", "says"),
    [
        ("POST", "/api/order", "orders.create: segment 2 of the path is 'order', not 'orders'"),
        ("PATCH", "/api/orders/order-124", "orders.get: the path has GET, not PATCH"),
    ],
)
def test_a_request_that_no_operation_has_is_explained_by_the_nearest(method: str, path: str, says: str) -> None:
    stage = Stage()
    told = explained(stage, stage.platform.send("orders", method, path))
    assert (told["operation"], told["behaviour"]) == (None, None)
    assert [each["by"] for each in told["decided"]] == ["code", "paths"]
    assert told["decided"][1]["says"] == says


def test_a_request_that_was_too_large_to_be_read_is_explained_without_code() -> None:
    stage = Stage()

    engine, world = stage.platform.engine, stage.platform.world
    engine.refuse(world, Request("POST", "/api/orders", service="orders"), Problem("BAD_REQUEST", "x", status=413))
    told = stage.platform.get("admin", "/__admin/requests/request-1/explain").json
    assert [each["by"] for each in told["decided"]] == ["paths"]
    assert told["nearest"]["status"] == 201


def test_events_of_a_state_that_was_left_behind_are_not_told() -> None:
    platform = Platform()
    platform.register("ann")
    (created,) = platform.world.journal.entries
    tx = platform.world.transaction("t")
    assert [event.id for event in caused(tx, created)] == ["event-1"]
    platform.world.store.state = platform.world.origin
    assert caused(platform.world.transaction("t"), created) == []


def test_a_rule_that_is_no_function_is_told_by_its_type() -> None:
    class Rule:
        def __call__(self, _tx: Any, _call: Any) -> Any:
            raise AssertionError

    stage = Stage(rules={"users.get": Rule()})
    told = explained(stage, stage.send(stage.ask("users.get")))["behaviour"]
    assert (told["function"].rpartition(".")[2], told["line"]) == ("Rule", 0)


def test_a_rule_that_failed_is_told_by_the_line_that_raised() -> None:
    def fail(_tx: Any, _call: Any) -> Any:
        raise ZeroDivisionError

    stage = Stage(rules={"users.get": fail})
    told = explained(stage, stage.send(stage.ask("users.get")))
    assert [each["by"] for each in told["decided"]] == ["code", "response"]
    assert told["decided"][0]["says"].endswith("fail")
    assert told["nearest"]["status"] is None


@pytest.mark.parametrize("document", sorted(FOREIGN.glob("*.yaml")), ids=lambda path: path.stem)
def test_whatever_is_refused_of_a_foreign_contract_is_explained(document: Path) -> None:
    engine = Engine(load(document), Settings(auth=False))
    asked = [each for each in engine.contract.operations.values() if not each.path.startswith("/__admin")]
    assert asked or document.stem == "webhooks"
    for operation in asked:
        path = re.sub(r"\{[^}]+\}", "zz9", operation.path)
        for body in (b"", b"{}", b"[1]", b"{x"):
            headers = {b"content-type": b"application/json"}
            request = Request(operation.method, path, b"limit=x&odd=1", headers, body, operation.service)
            identifier = dict(engine.answer(request).headers)[b"x-mock-request-id"].decode()
            for what in ("", "/explain"):
                told = engine.answer(Request("GET", f"/__admin/requests/{identifier}{what}", service=operation.service))
                assert told.status == 200, told.body
