"""Orders: whose they are, numbered ids, lists by user in pages, and the dependence on the users service."""

from typing import Any, NoReturn

import pytest

from commerce_mock.transaction import Breach
from harness.platform import Member, Platform
from harness.stage import BODIES, JOHN, NOBODY, Stage


def page(platform: Platform, member: Member, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = platform.get("orders", f"/api/orders/user/{member.id}{query}", member.token).json
    return found


def test_a_new_order_is_pending_and_found_at_its_location() -> None:
    stage = Stage()
    placed = stage.send(stage.ask("orders.create"))
    assert placed.json == {
        "id": "order-126",
        **BODIES["orders.create"],
        "status": "pending",
        "totalAmount": 40.25,
        "createdAt": "2026-01-01T00:00:00Z",
    }
    assert placed.headers["location"] == "/api/orders/order-126"
    assert stage.platform.get("orders", "/api/orders/order-126", stage.john.token).json == placed.json


def test_what_the_contract_does_not_know_is_left_out_and_named_in_a_warning() -> None:
    stage = Stage()
    item = {"productId": "p", "quantity": 1, "price": 1, "colour": "red"}
    placed = stage.send(stage.ask("orders.create").with_body(items=[item], status="shipped", note="hi"))
    assert (placed.status, placed.json["status"]) == (201, "pending")
    assert "note" not in placed.json
    assert "colour" not in placed.json["items"][0]
    assert placed.headers["x-mock-warning"] == "/status, /note, /items/0/colour"


def test_a_strict_mock_refuses_what_the_contract_does_not_know() -> None:
    stage = Stage(strict=True, judged=False)
    refused = stage.send(stage.ask("orders.create").with_body(note="hi"))
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", ["/note"])


@pytest.mark.parametrize("user", [NOBODY, "550e8400-e29b-41d4-a716-446655440003"])
def test_an_order_for_nobody_is_refused(user: str) -> None:
    stage = Stage()
    asked = stage.ask("orders.create").with_body(userId=user).but(token=stage.platform.admin)
    refused = stage.send(asked)
    assert (refused.status, refused.code, refused.pointers) == (422, "ORDER_001", ["/userId"])


def test_a_mistake_of_the_mock_itself_is_no_fault_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> NoReturn:
        raise Breach("Order order-126", ())

    monkeypatch.setattr("commerce_mock.derived.create", broken)
    stage = Stage()
    answer = stage.send(stage.ask("orders.create"))
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")


def test_a_customer_orders_only_for_themselves() -> None:
    stage = Stage()
    refused = stage.send(stage.ask("orders.create").but(token=stage.jane.token))
    assert (refused.status, refused.code) == (403, "FORBIDDEN")


def test_without_the_users_service_no_order_is_placed() -> None:
    stage = Stage()
    stage.platform.switch("users", up=False)
    refused = stage.send(stage.ask("orders.create"))
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "SERVICE_UNAVAILABLE", "5")
    assert stage.send(stage.ask("orders.get")).status == 200
    stage.platform.switch("users", up=True)
    assert stage.send(stage.ask("orders.create")).status == 201


def test_a_list_is_the_user_s_own_newest_first() -> None:
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    mine = [platform.order(member)["id"] for member in (ann, bob, ann, ann)]
    found = page(platform, ann)
    assert [order["id"] for order in found["orders"]] == [mine[3], mine[2], mine[0]]
    assert (found["total"], found["limit"], found["offset"]) == (3, 10, 0)
    assert found["orders"][0] == platform.read_order(mine[3])


def test_a_list_has_ten_entries_unless_it_is_asked_for_others() -> None:
    platform = Platform()
    ann = platform.register()
    ids = [platform.order(ann)["id"] for _ in range(12)][::-1]
    assert [order["id"] for order in page(platform, ann)["orders"]] == ids[:10]
    for limit, offset in ((1, 0), (3, 2), (100, 0), (5, 10), (5, 12), (5, 1000)):
        found = page(platform, ann, f"?limit={limit}&offset={offset}")
        assert [order["id"] for order in found["orders"]] == ids[offset : offset + limit]
        assert (found["total"], found["limit"], found["offset"]) == (12, limit, offset)


def test_a_list_is_filtered_by_status_and_counts_what_it_found() -> None:
    platform = Platform()
    ann = platform.register()
    orders = [platform.order(ann) for _ in range(4)]
    platform.cancel(ann, orders[0])
    platform.cancel(ann, orders[2])
    found = page(platform, ann, "?status=cancelled&limit=1&offset=1")
    assert [order["id"] for order in found["orders"]] == [orders[0]["id"]]
    assert found["total"] == 2
    assert page(platform, ann, "?status=shipped") == {"orders": [], "total": 0, "limit": 10, "offset": 0}


def test_a_list_of_nobody_is_empty_for_those_who_may_ask() -> None:
    stage = Stage()
    empty = stage.send(stage.ask("orders.list_for_user").at(NOBODY).but(token=stage.platform.admin))
    assert (empty.status, empty.json["orders"], empty.json["total"]) == (200, [], 0)


def test_the_demo_orders_are_those_of_the_documents_examples() -> None:
    stage = Stage()
    examples = stage.operations["orders.get"].success.examples
    assert stage.send(stage.ask("orders.get").at("order-123")).json == examples["documented"]
    assert stage.send(stage.ask("orders.get").at("order-124")).json == examples["pending"]
    listed = stage.send(stage.ask("orders.list_for_user").at(JOHN).but(query="status=pending")).json
    assert listed == stage.operations["orders.list_for_user"].success.examples["pending"]


def test_an_unpaid_order_shows_no_payment() -> None:
    platform = Platform()
    order = platform.order(platform.register())
    assert not {"paymentId", "updatedAt", "cancelledAt"} & order.keys()
