"""Fresh data of a platform: made by its own operations, in any state that can be reached."""

import pytest

from commerce_conformance import reading
from commerce_conformance.identity import ANONYMOUS
from commerce_conformance.settings import Credentials
from commerce_conformance.unreachable import UnreachableError
from harness.conforming import suite, supply
from harness.platform import contract


def test_a_new_user_is_one_whom_nobody_knows() -> None:
    data = supply()
    first, second = data.user(), data.user()
    assert first.user_id != second.user_id
    assert {first.role, second.role} == {"customer"}
    assert [each.partition("/")[0] for each in data.created] == ["users", "users"]


@pytest.mark.parametrize("collection", ["users", "orders", "payments"])
def test_a_fresh_resource_is_its_owners(collection: str) -> None:
    data = supply()
    live = data.fresh(collection)
    assert live.made.status == 201
    assert data.read(live).json == live.value
    assert data.read(live, by=data.user()).status == 403
    assert data.read(live, by=ANONYMOUS).status == 401


def test_a_payment_is_of_what_its_order_comes_to() -> None:
    data = supply()
    owner = data.user()
    payment = data.fresh("payments", owner)
    order = reading.reader(contract(), contract().resources["orders"])
    assert order is not None
    paid = data.session.call(order, [payment.value["orderId"]], by=owner).json
    assert payment.value["amount"] == paid["totalAmount"]


@pytest.mark.parametrize(
    "where",
    [
        *(f"orders.{state}" for state in ("pending", "confirmed", "processing", "shipped", "delivered", "cancelled")),
        *(f"payments.{state}" for state in ("processing", "completed", "failed", "partially_refunded", "refunded")),
    ],
)
def test_every_state_of_the_platform_can_be_reached(where: str) -> None:
    collection, _, state = where.partition(".")
    assert supply().in_state(collection, state).state == state


def test_a_state_that_needs_a_hook_says_which() -> None:
    data = supply(states={}, patience=0.0)
    with pytest.raises(UnreachableError, match=r'\[states."payments.failed"\]'):
        data.in_state("payments", "failed")


def test_with_given_tokens_only_their_users_are_asked_for() -> None:
    made = suite()
    tokens = [made.supply.user().header.removeprefix("Bearer ") for _ in range(2)]  # type: ignore[union-attr]
    given = suite(credentials=Credentials(token=tokens[0], second_token=tokens[1]))
    labels = [given.supply.user().label for _ in range(3)]
    assert labels == ["a user", "another user", "a user"]


def test_without_any_token_nobody_can_be_asked_for() -> None:
    with pytest.raises(UnreachableError, match="--token"):
        supply(credentials=Credentials()).user()


def test_a_service_that_is_not_tested_makes_nothing() -> None:
    data = supply(urls={"orders": "http://localhost:3001"})
    with pytest.raises(UnreachableError, match="--users URL"):
        data.fresh("users")


def test_an_operation_without_an_example_has_no_body() -> None:
    with pytest.raises(UnreachableError, match="shows no body"):
        supply().body(contract().operations["orders.get"])


def test_unique_values_keep_their_form() -> None:
    data = supply()
    email, name = data.unique("ann@example.com"), data.unique("ann")
    assert email.endswith("@example.com")
    assert email.startswith(data.prefix)
    assert name.startswith(data.prefix)
    assert email.partition("@")[0] != name
