"""What of a request is shown: nothing that the contract marks as secret, nothing that it does not know."""

from typing import Any

import orjson
import pytest

from commerce_mock import disclosure
from commerce_mock.journal import Entry
from harness.platform import Platform, contract
from harness.stage import BODIES, CARD, Stage

CONTRACT = contract()


def entry(operation: str | None, query: bytes = b"", body: bytes = b"") -> Entry:
    return Entry(1, 0, "users", operation, "POST", "/", 201, None, 0.0, "req-1", (), query, body)


def body(operation: str | None, value: Any) -> Any:
    return disclosure.body(entry(operation, body=orjson.dumps(value)), CONTRACT)


def test_secrets_are_hidden_and_the_rest_is_shown() -> None:
    sent = BODIES["users.create"]
    assert body("users.create", sent) == {**sent, "password": "***"}
    shown = body("payments.create", BODIES["payments.create"])
    assert shown["paymentMethod"] == {**CARD, "cardNumber": "***", "cvv": "***"}
    assert shown["amount"] == 40.25


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"pasword": "canary"}, {"pasword": "***"}),
        ({"email": ["canary"]}, {"email": "***"}),
        ({"email": {"password": "canary"}}, {"email": "***"}),
        ({"profile": "canary"}, {"profile": "***"}),
        (["canary"], "***"),
        ("canary", "***"),
        (None, None),
    ],
)
def test_what_stands_in_the_wrong_place_is_hidden(sent: Any, shown: Any) -> None:
    assert body("users.create", sent) == shown


def test_objects_in_it_are_shown_as_far_as_they_are_known() -> None:
    shown = body("users.update", {"profile": {"city": "Rome", "secret": "canary"}, "phone": None})
    assert shown == {"profile": {"city": "Rome", "secret": "***"}, "phone": "***"}


def test_lists_are_shown_item_by_item() -> None:
    sent = {"userId": "u", "items": [{"productId": "p", "quantity": 2, "note": "canary"}, "canary"]}
    shown = [{"productId": "p", "quantity": 2, "note": "***"}, "***"]
    assert body("orders.create", sent) == {"userId": "u", "items": shown}
    assert body("orders.create", {"items": "canary"}) == {"items": "***"}


def test_no_body_is_shown_of_what_no_operation_has_of_controls_and_of_what_is_no_json() -> None:
    assert body(None, {"a": 1}) is None
    assert body("orders.get", {"a": 1}) is None
    assert body("gone.operation", {"a": 1}) is None
    assert body("admin.advance", {"seconds": 1}) is None
    assert disclosure.body(entry("users.create")._replace(body=b"{x"), CONTRACT) is None
    assert disclosure.body(entry("users.create"), CONTRACT) is None


def test_only_parameters_of_the_operation_are_shown_by_their_value() -> None:
    noted = entry("orders.list_for_user", query=b"limit=5&token=canary&offset=%zz&=x&status=a+b")
    shown = {"limit": "5", "token": "***", "offset": "***", "status": "a b"}
    assert disclosure.query(noted, CONTRACT) == shown
    assert disclosure.query(entry(None, query=b"token=canary&%zz=1"), CONTRACT) == {"token": "***", "***": "***"}


def test_answers_are_shown_but_not_those_of_controls() -> None:
    stage = Stage()
    stage.send(stage.ask("users.create"))
    stage.send(stage.ask("users.create"))
    stage.platform.get("orders", "/nowhere")
    stage.platform.get("admin", "/__admin/clock")
    stage.send(stage.ask("orders.metrics"))
    created, refused, lost, control, metrics = stage.platform.world.journal.entries
    shown = disclosure.answer(created, CONTRACT)
    assert (shown["email"], "password" in shown) == ("kim@example.com", False)
    assert disclosure.answer(refused, CONTRACT)["code"] == "USER_001"
    assert disclosure.answer(lost, CONTRACT)["code"] == "NOT_FOUND"
    assert disclosure.answer(control, CONTRACT) is None
    assert disclosure.answer(metrics, CONTRACT) is None
    assert disclosure.answer(created._replace(status=299), CONTRACT) == shown


def test_free_form_json_of_a_foreign_contract_is_shown_as_it_is() -> None:
    schema = Platform().contract.operations["orders.create"].body
    assert schema is not None
    anything = schema.schema.properties["items"].items
    assert anything is not None
    price = anything.properties["price"]
    assert disclosure.disclosed(price, 4.5) == 4.5
    assert disclosure.disclosed(price, "4.5") == "***"
