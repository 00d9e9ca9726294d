"""The journal's controls: lists, one request, counts, verification and explanations."""

from typing import Any

import pytest

from commerce_mock import journal
from harness.platform import Answered, Platform
from harness.stage import BODIES, JOHN, Stage


@pytest.fixture
def stage() -> Stage:
    """A registered user, an order, one refusal, one path that is misspelt."""
    stage = Stage()
    stage.send(stage.ask("users.create"))
    stage.send(stage.ask("orders.create").but(headers={"X-Request-Id": "mine"}))
    stage.send(stage.ask("orders.set_status").with_body(status="delivered"))
    stage.platform.post("orders", "/api/order", {"a": 1})
    return stage


def ids(stage: Stage, query: str) -> list[str]:
    page = stage.platform.get("admin", f"/__admin/requests?{query}")
    assert page.status == 200, page.body
    assert page.json["total"] == len(page.json["requests"])
    return [entry["id"] for entry in page.json["requests"]]


def ask(stage: Stage, what: str, **body: Any) -> Answered:
    return stage.platform.post("admin", f"/__admin/requests/{what}", body)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("operation=orders.*", ["request-3", "request-2"]),
        ("status=409", ["request-3"]),
        ("code=ORDER_004", ["request-3"]),
        ("method=POST", ["request-4", "request-2", "request-1"]),
        ("path=/api/order", ["request-4"]),
        (f"user={JOHN}", ["request-3", "request-2"]),
        ("unmatched=true", ["request-4"]),
        ("unmatched=false", ["request-3", "request-2", "request-1"]),
        ("since=request-2", ["request-4", "request-3"]),
        ("since=mine&status=409", ["request-3"]),
    ],
)
def test_requests_are_listed_that_are_as_the_parameters_say(stage: Stage, query: str, found: list[str]) -> None:
    assert ids(stage, query) == found


def test_filtered_requests_come_in_pages_too(stage: Stage) -> None:
    page = stage.platform.get("admin", "/__admin/requests?method=POST&limit=1&offset=1").json
    assert ([entry["id"] for entry in page["requests"]], page["total"], page["evicted"]) == (["request-2"], 3, 0)


def test_a_request_that_no_operation_has_comes_with_the_one_that_it_meant(stage: Stage) -> None:
    (lost,) = stage.platform.get("admin", "/__admin/requests?unmatched=true").json["requests"]
    assert lost["nearest"] == {
        "operation": "orders.create",
        "method": "POST",
        "path": "/api/orders",
        "reason": "segment 2 of the path is 'order', not 'orders'",
    }
    (found,) = stage.platform.get("admin", "/__admin/requests?status=409").json["requests"]
    assert "nearest" not in found


@pytest.mark.parametrize("identifier", ["request-2", "mine"])
def test_one_request_is_shown_with_what_it_said_and_caused(stage: Stage, identifier: str) -> None:
    shown = stage.platform.get("admin", f"/__admin/requests/{identifier}").json
    assert (shown["id"], shown["request_id"], shown["user"], shown["role"]) == ("request-2", "mine", JOHN, "customer")
    assert shown["body"] == BODIES["orders.create"]
    assert (shown["answer"]["status"], shown["query"], shown["events"]) == ("pending", {}, ["event-12"])


def test_secrets_are_hidden_in_a_request_that_is_shown(stage: Stage) -> None:
    shown = stage.platform.get("admin", "/__admin/requests/request-1")
    assert shown.json["body"]["password"] == "***"
    assert BODIES["users.create"]["password"].encode() not in shown.body


@pytest.mark.parametrize("path", ["request-99", "nobodys", "request-99/explain"])
def test_a_request_that_never_came_is_not_found(stage: Stage, path: str) -> None:
    refused = stage.platform.get("admin", f"/__admin/requests/{path}")
    assert (refused.status, refused.code) == (404, "NOT_FOUND")


def test_requests_are_counted(stage: Stage) -> None:
    assert ask(stage, "count").json == {"count": 4}
    assert ask(stage, "count", operation="orders.create", body={"userId": JOHN}).json == {"count": 1}
    assert ask(stage, "count", since="request-2").json == {"count": 2}
    assert ask(stage, "count", operation="admin.count_requests").json == {"count": 3}


@pytest.mark.parametrize(
    ("body", "verified", "found"),
    [
        ({"operation": "orders.create"}, True, 1),
        ({"operation": "orders.create", "times": 1}, True, 1),
        ({"operation": "orders.create", "times": {"at_least": 2}}, False, 1),
        ({"operation": "orders.*", "times": {"at_most": 1}}, False, 2),
        ({"operation": "orders.create", "body": {"items": [{"productId": "prod-3"}]}}, True, 1),
        ({"operation": "payments.create", "times": 0}, True, 0),
        ({"code": "ORDER_004", "user": JOHN}, True, 1),
        ({"order": [{"operation": "users.create"}, {"operation": "orders.set_status"}]}, True, 4),
        ({"order": [{"operation": "orders.set_status"}, {"operation": "users.create"}]}, False, 4),
    ],
)
def test_requests_are_verified(stage: Stage, body: dict[str, Any], found: int, *, verified: bool) -> None:
    told = ask(stage, "verify", **body).json
    assert (told["verified"], told["found"], len(told["requests"])) == (verified, found, found)


def test_where_requests_are_missing_the_nearest_are_told_with_what_is_otherwise(stage: Stage) -> None:
    told = ask(stage, "verify", operation="orders.create", body={"items": [{"quantity": 2}]}).json
    assert (told["verified"], told["expected"], "order" in told) == (False, "at least 1", False)
    near = told["nearest"][0]
    assert (near["request"], near["path"]) == ("request-2", "/api/orders")
    assert near["differences"] == [{"pointer": "/body/items/0/quantity", "expected": 2, "actual": 1}]


def test_too_many_requests_have_no_nearest(stage: Stage) -> None:
    told = ask(stage, "verify", operation="orders.create", times=0).json
    assert (told["verified"], told["requests"], told["nearest"]) == (False, ["request-2"], [])


def test_an_order_that_did_not_come_says_how_far_it_came(stage: Stage) -> None:
    steps = [{"operation": "users.create"}, {"operation": "orders.create", "status": 409}]
    told = ask(stage, "verify", order=steps).json
    assert told["order"] == {"found": ["request-1"], "missing": 1}
    assert told["nearest"][0]["differences"] == [{"pointer": "/status", "expected": 409, "actual": 201}]
    assert ask(stage, "verify", order=steps[:1]).json["order"] == {"found": ["request-1"], "missing": None}


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ({"operation": "order.create"}, "/operation", "did you mean orders.create?"),
        ({"operation": "xyz.*"}, "/operation", "names no operation of the contract: 'xyz.*'"),
        ({"order": [{"operation": "users.*"}, {"operation": "users.creat"}]}, "/order/1/operation", "users.create?"),
        ({"times": -1}, "/times", "must be"),
        ({"times": {"exactly": "1"}}, "/times/exactly", "must be"),
        ({"times": {}}, "/times", "must have"),
        ({"order": []}, "/order", "must have"),
    ],
)  # fmt: skip
def test_what_could_not_be_found_is_refused_instead_of_not_found(
    stage: Stage, body: dict[str, Any], pointer: str, says: str
) -> None:
    refused = ask(stage, "verify", **body)
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR")
    assert refused.json["errors"][0]["pointer"] == pointer
    assert says in refused.json["errors"][0]["message"]


def test_a_list_of_an_operation_that_is_not_there_is_refused(stage: Stage) -> None:
    refused = stage.platform.get("admin", "/__admin/requests?operation=order.create")
    assert (refused.status, refused.pointers) == (422, ["/query/operation"])


@pytest.fixture
def forgetful(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A journal that keeps six requests and has forgotten the first two."""
    monkeypatch.setattr(journal, "KEPT", 6)
    for _ in range(4):
        stage.platform.get("orders", "/health")
    return stage


@pytest.mark.parametrize(
    ("what", "body"),
    [("verify", {"times": 0, "operation": "users.create"}), ("count", {}), ("verify", {"since": "request-1"})],
)
def test_forgotten_history_is_told_instead_of_lied_about(forgetful: Stage, what: str, body: dict[str, Any]) -> None:
    refused = ask(forgetful, what, **body)
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert "has forgotten its 2 oldest requests; it begins with request-3" in refused.json["detail"]


def test_what_came_since_a_kept_request_is_verified_all_the_same(forgetful: Stage) -> None:
    assert ask(forgetful, "verify", operation="orders.health", since="request-4", times=4).json["verified"] is True
    unknown = ask(forgetful, "verify", since="request-99")
    assert (unknown.status, unknown.pointers) == (404, ["/since"])


def test_a_list_says_how_many_it_has_forgotten(forgetful: Stage) -> None:
    assert forgetful.platform.get("admin", "/__admin/requests").json["evicted"] == 2
    refused = forgetful.platform.get("admin", "/__admin/requests?since=request-1")
    assert (refused.status, refused.code) == (409, "CONFLICT")


@pytest.mark.parametrize("path", ["request-1", "request-1/explain"])
def test_a_forgotten_request_is_said_to_be_forgotten(forgetful: Stage, path: str) -> None:
    refused = forgetful.platform.get("admin", f"/__admin/requests/{path}")
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert "request-1 is one of them" in refused.json["detail"]


def test_a_world_s_journal_is_its_own(stage: Stage) -> None:
    platform: Platform = stage.platform
    other = platform.engine.worlds.fork(platform.world, "w42")
    platform.world = other
    assert platform.post("admin", "/__admin/requests/count", {}).json == {"count": 0}


def test_an_explanation_names_the_request_and_the_operation(stage: Stage) -> None:
    told = stage.platform.get("admin", "/__admin/requests/mine/explain").json
    assert (told["request"]["id"], told["operation"]["name"]) == ("request-2", "orders.create")
