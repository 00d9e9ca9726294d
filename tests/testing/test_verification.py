"""`commerce_mock.journal`: what came, as tests ask for it."""

from typing import Any

import pytest

from commerce_mock.wire import Request
from commerce_sdk import errors
from commerce_testing import CommerceMock


def test_what_came_is_verified_and_counted(shop: Any) -> None:
    shop.order()
    journal = shop.mock.journal
    journal.verify("users.create", times=1)
    journal.verify("orders.create", body={"items": [{"quantity": 2}]}, times={"at_least": 1, "at_most": 2})
    journal.verify(order=["users.create", {"operation": "orders.create", "status": 201}])
    journal.verify("payments.*", times=0)
    assert (journal.count(), journal.count("orders.create"), journal.count(code="ORDER_003")) == (2, 1, 0)


def test_a_failure_tells_what_was_expected_and_what_is_otherwise(shop: Any) -> None:
    shop.order()
    with pytest.raises(AssertionError) as failure:
        shop.mock.journal.verify("orders.create", body={"items": [{"quantity": 3}]})
    assert str(failure.value).splitlines()[:3] == [
        "expected at least 1 of operation 'orders.create', body {'items': [{'quantity': 3}]}, found 0",
        "  near: request-2 orders.create",
        "    /body/items/0/quantity: 3, not 2",
    ]


def test_a_failure_in_the_order_tells_what_did_not_come(shop: Any) -> None:
    order = shop.order()
    with pytest.raises(AssertionError, match=r"in order, this did not come after request-2: .*'payments.create'"):
        shop.mock.journal.verify(order=["orders.create", "payments.create"])
    shop.pay(order)
    with pytest.raises(AssertionError, match=r"in order, this did not come: .*'payments.get'"):
        shop.mock.journal.verify(order=["payments.get"])
    shop.mock.journal.verify(order=["orders.create", "payments.create"])


def test_a_word_that_is_wrong_is_no_failure_of_what_is_tested(shop: Any) -> None:
    with pytest.raises(ValueError, match=r"did you mean orders\.create\?"):
        shop.mock.journal.verify("order.create", times=0)
    with pytest.raises(ValueError, match="nobodys"):
        shop.mock.journal.explain("nobodys")


def test_requests_that_no_operation_has_are_told_with_the_one_that_they_meant(mock: CommerceMock) -> None:
    assert mock.journal.unmatched == []
    mock.engine.answer(Request("POST", "/api/order", service="orders"))
    assert mock.journal.unmatched == ["POST /api/order: orders.create? segment 2 of the path is 'order', not 'orders'"]


def test_a_refusal_is_explained_by_the_id_that_its_error_has(shop: Any) -> None:
    with pytest.raises(errors.OrderNotFound) as refused:
        shop.client.orders.get("order-0")
    assert refused.value.request_id is not None
    told = shop.mock.journal.explain(refused.value.request_id)
    assert (told["request"]["code"], told["operation"]["name"]) == ("ORDER_003", "orders.get")
    assert (told["nearest"]["status"], told["nearest"]["curl"].startswith("curl http://")) == (None, True)
