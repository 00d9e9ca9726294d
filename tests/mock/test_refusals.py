"""What is refused: the mock's own mistakes are told and logged, and validation comes before existence."""

import logging
from typing import Any, NoReturn

import pytest

from commerce_mock.call import Answer, Call, Result
from commerce_mock.problems import encode
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.platform import contract
from harness.stage import BODIES, CARD, NOBODY, Stage

WITH_BODY_AND_ID = [
    operation.name for operation in contract().operations.values() if operation.body and "{" in operation.path
]
SPOILT: dict[str, Any] = {
    "users.update": {"phone": "555"},
    "users.verify": {"verification_token": ""},
    "orders.set_status": {"status": "lost"},
    "payments.refund": {"amount": 0},
    "admin.set_service": {"up": "maybe"},
    "admin.settle": {"status": "refunded"},
    "admin.fork_world": {"name": ""},
    "admin.redeliver": {"receivers": []},
}


def store_then(result: Any) -> Any:
    """A rule that stores a change of the order and then answers wrongly, or raises."""

    def rule(tx: Transaction, call: Call) -> Result:
        order = tx.get("orders", call.path["order_id"])
        assert order is not None
        tx.move(order, "cancelled", {})
        tx.schedule(tx.now + 1, "payments.outcome", "pay-457")
        if isinstance(result, Exception):
            raise result
        return Answer(**result)

    return rule


BREACHES = {
    "a missing property": ({"content": {"id": "order-124"}}, ["/status is required", "orders.get 200"]),
    "a wrong type": ({"content": 7}, ["/ must be an object", "openapi/orders.yaml:"]),
    "an undeclared status": ({"content": {}, "status": 202}, ["answered 202, which it does not declare"]),
}


@pytest.mark.parametrize("case", BREACHES)
def test_an_answer_that_breaks_the_contract_is_a_500_that_names_pointer_and_rule(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    result, told = BREACHES[case]
    stage = Stage(rules={"orders.get": store_then(result)})
    with caplog.at_level(logging.ERROR):
        given = stage.send(stage.ask("orders.get"))
    assert (given.status, given.code) == (500, "INTERNAL_ERROR")
    for words in told:
        assert words in given.json["detail"]
        assert words in caplog.text
    assert given.headers["x-request-id"] in caplog.text


def test_a_rule_that_fails_is_a_500_without_a_word_of_the_failure_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(rules={"orders.get": store_then(ZeroDivisionError("the secret cause"))})
    with caplog.at_level(logging.ERROR):
        given = stage.send(stage.ask("orders.get"))
    assert (given.status, given.code) == (500, "INTERNAL_ERROR")
    assert "secret" not in given.body.decode()
    assert "Traceback" not in given.body.decode()
    assert "the secret cause" in caplog.text
    assert given.headers["x-request-id"] in caplog.text


def test_a_resource_that_breaks_its_schema_is_never_stored() -> None:
    def rule(tx: Transaction, call: Call) -> Stored:
        order = tx.get("orders", call.path["order_id"])
        assert order is not None
        return tx.save(order, {"totalAmount": 0.001})

    stage = Stage(rules={"orders.get": rule})
    given = stage.send(stage.ask("orders.get"))
    assert given.status == 500
    assert "Order order-124: /totalAmount must be a multiple of 0.01" in given.json["detail"]


def test_an_event_that_breaks_its_schema_is_never_published() -> None:
    def rule(tx: Transaction, call: Call) -> NoReturn:
        order = tx.get("orders", call.path["order_id"])
        assert order is not None
        tx.emit("order_created", order, total_amount="much")
        raise AssertionError("published")

    stage = Stage(rules={"orders.get": rule})
    before = len(stage.platform.events())
    given = stage.send(stage.ask("orders.get"))
    assert given.status == 500
    assert "event order_created: /data/total_amount must be a number" in given.json["detail"]
    assert len(stage.platform.events()) == before


def test_every_operation_with_a_body_about_one_resource_is_spoilt_below() -> None:
    assert set(SPOILT) == set(WITH_BODY_AND_ID)


@pytest.mark.parametrize("name", WITH_BODY_AND_ID)
def test_a_bad_body_for_an_unknown_resource_is_a_422(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name).at(NOBODY).but(token=stage.platform.admin)
    assert stage.send(asked).status == 404
    given = stage.send(asked.with_body(**SPOILT[name]))
    assert given.status == 422
    assert given.pointers == [f"/{next(iter(SPOILT[name]))}"]


@pytest.mark.parametrize("name", WITH_BODY_AND_ID)
def test_a_bad_body_for_a_resource_of_another_owner_is_a_422(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name).but(token=stage.platform.token(NOBODY))
    assert stage.send(asked.with_body(**SPOILT[name])).status == 422


@pytest.mark.parametrize("name", sorted(BODIES))
def test_authentication_comes_before_validation(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name).but(token=None, body=b"{")
    assert stage.send(asked).status == (401 if asked.operation.secured else 400)


def test_a_card_that_fails_luhn_is_told_before_the_order_is_looked_up() -> None:
    stage = Stage()
    asked = stage.ask("payments.create").with_body(
        orderId="order-0", paymentMethod={**CARD, "cardNumber": "4111111111111112"}
    )
    given = stage.send(asked)
    assert (given.status, given.code, given.pointers) == (422, "PAY_001", ["/paymentMethod/cardNumber"])
    assert given.json["detail"] == "This is not a card number: its check digit is wrong."


def test_a_problem_with_a_lone_surrogate_is_still_json() -> None:
    assert encode({"detail": "half \ud83d", "status": 400}) == b'{"detail": "half ?", "status": 400}'


@pytest.mark.parametrize("name", sorted(contract().operations))
def test_a_problem_says_what_kind_where_and_why(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name).but(query="odd=%zz")
    given = stage.send(asked)
    assert given.headers["content-type"] == "application/problem+json"
    problem = given.json
    declared = contract().operations[name].problems["BAD_REQUEST"]
    assert (problem["type"], problem["title"], problem["status"]) == (declared.type, declared.title, 400)
    assert problem["instance"] == asked.path
    assert problem["detail"] == "The URL has a broken percent-encoding."
