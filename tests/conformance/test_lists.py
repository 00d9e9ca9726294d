"""The law of lists: it passes on the mock, and finds each way to cut, count, order or filter them wrongly."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import lists
from commerce_conformance.settings import Credentials
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import changing, findings, suite, told

Page = dict[str, Any]
WHOLE = "a list has all of its owner, nothing of others, the newest first"
PAGES = "pages cut a list by limit and offset, without gaps and overlaps"
TOTAL = "a page tells its total, whatever it shows"
FILTER = "filtered by status, a list has all that are so and no others"


def broken(change: Callable[[Page, httpx.Request], Any]) -> set[str]:
    """What the law says of a list whose pages are as `change` makes them."""
    return told(lists.LAW, "orders.list_for_user", wrapped=changing(change, "GET", "/api/orders/user/"))


def test_the_mock_lists_what_is_theirs() -> None:
    found = findings(lists.LAW)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert [finding.operation for finding in found] == [
        "orders.list_for_user",
        "payments.list_for_user",
        "users.events",
    ]


def oldest_first(page: Page, _: httpx.Request) -> Page:
    return {**page, "orders": page["orders"][::-1]}


def one_short(page: Page, _: httpx.Request) -> Page:
    return {**page, "orders": page["orders"][:-1]}


def one_more(page: Page, request: httpx.Request) -> Page:
    limit = int(request.url.params.get("limit", 20))
    return {**page, "orders": [*page["orders"], {"id": "order-0"}][: limit + 1]}


def counts_the_page(page: Page, _: httpx.Request) -> Page:
    return {**page, "total": len(page["orders"])}


def wrong_limit(page: Page, _: httpx.Request) -> Page:
    return {**page, "limit": 7}


def wrong_offset(page: Page, _: httpx.Request) -> Page:
    return {**page, "offset": 0}


def thinner(page: Page, _: httpx.Request) -> Page:
    return {**page, "orders": [{"id": order["id"]} for order in page["orders"]]}


def no_items(page: Page, _: httpx.Request) -> Page:
    return {name: value for name, value in page.items() if name != "orders"}


def no_object(_: Page, __: httpx.Request) -> Any:
    return 3


def items_are_texts(page: Page, _: httpx.Request) -> Page:
    return {**page, "orders": ["?" for _ in page["orders"]]}


def filters_nothing(page: Page, request: httpx.Request) -> Page:
    if request.url.params.get("status") != "pending":
        return page
    return {**page, "orders": [{"id": "order-0"}, *page["orders"]]}


def counts_all(page: Page, request: httpx.Request) -> Page:
    return {**page, "total": 5} if "status" in request.url.params else page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (oldest_first, WHOLE),
        (one_short, WHOLE),
        (one_short, PAGES),
        (one_more, "a new user has an empty list"),
        (one_more, PAGES),
        (counts_the_page, TOTAL),
        (wrong_limit, "a page tells its limit, whatever it shows"),
        (wrong_limit, "without a limit the default holds"),
        (wrong_offset, "a page tells its offset, whatever it shows"),
        (thinner, "an item of a list is what a read of it shows"),
        (no_items, "a list has its items"),
        (no_object, "a list has its items"),
        (items_are_texts, WHOLE),
        (filters_nothing, FILTER),
        (counts_all, "a filtered list's total counts what it filters"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_page_is_found(change: Any, message: str) -> None:
    assert message in broken(change)


def test_a_list_that_is_refused_to_its_owner_is_found() -> None:
    def refuses(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("FORBIDDEN")

    said = told(lists.LAW, "orders.list_for_user", rules={"orders.list_for_user": refuses})
    assert {"a user's list can be had", "an owner sees their list"} <= said


def test_given_tokens_of_users_with_too_many_are_told() -> None:
    made = suite()
    tokens = [made.supply.user().header.removeprefix("Bearer ") for _ in range(2)]  # type: ignore[union-attr]
    credentials = Credentials(token=tokens[0], second_token=tokens[1])

    def crowded(page: Page, _: httpx.Request) -> Page:
        return {**page, "orders": [{"id": f"order-{n}"} for n in range(100)]}

    wrapped = changing(crowded, "GET", "/api/orders/user/")
    found = {f.operation: f for f in findings(lists.LAW, credentials=credentials, wrapped=wrapped)}
    assert found["orders.list_for_user"].verdict is Verdict.UNREACHABLE
    assert "more than one page" in found["orders.list_for_user"].missing[0][0]


def test_a_filter_that_nothing_can_be_moved_for_is_not_reachable() -> None:
    def never(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("ORDER_004")

    rules = {"orders.set_status": never, "orders.cancel": never}
    found = {f.operation: f for f in findings(lists.LAW, rules=rules)}
    assert found["orders.list_for_user"].verdict is Verdict.UNREACHABLE
    assert "nothing to filter" in found["orders.list_for_user"].missing[0][0]


def test_a_list_of_what_nobody_can_create_is_not_reachable() -> None:
    made = suite(lists.LAW)
    contract = made.session.contract
    operation = contract.operations["orders.list_for_user"]
    others = {name: other for name, other in contract.operations.items() if name != "orders.create"}
    made.session.contract = replace(contract, operations=others)
    assert made.test(lists.LAW, operation).missing == (("nothing of orders.list_for_user can be created", ""),)


def test_a_list_without_parameters_is_looked_at_whole() -> None:
    made = suite(lists.LAW)
    operation = made.session.contract.operations["orders.list_for_user"]
    plain = replace(operation, parameters=tuple(p for p in operation.parameters if p.place == "path"))
    finding = made.test(lists.LAW, plain)
    assert finding.verdict is Verdict.PASSED
    assert all("limit" not in exchange.url for exchange in made.session.seen)
