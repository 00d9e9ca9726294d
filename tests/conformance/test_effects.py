"""Effects: one thing to do on data of its own, and how much of it was done."""

from decimal import Decimal

import httpx
import pytest

from commerce_conformance import effects
from commerce_conformance.supply import Supply
from commerce_conformance.unreachable import UnreachableError
from harness.conforming import rewriting, supply
from harness.platform import contract


def prepared(name: str, data: Supply | None = None) -> effects.Effect:
    return effects.prepare(data or supply(), contract().operations[name])


def test_a_creation_is_counted_in_its_owners_list() -> None:
    effect = prepared("orders.create")
    assert effect.done() == 0
    assert effect.ask().status == effect.ask().status == 201
    assert effect.done() == 2


def test_a_move_is_done_once_its_state_was_left() -> None:
    effect = prepared("orders.cancel")
    assert effect.body is None
    assert effect.done() == 0
    assert effect.ask().status == 200
    assert effect.done() == 1


def test_a_move_by_its_body_goes_where_the_lifecycle_does() -> None:
    effect = prepared("orders.set_status")
    assert effect.live is not None
    assert effect.body == {"status": "confirmed"}
    assert effect.other() == {"status": "pending"}


def test_what_is_taken_is_counted_by_its_amount() -> None:
    effect = prepared("payments.refund")
    assert effect.live is not None
    whole = Decimal(str(effect.live.value["amount"]))
    assert effect.body == {"amount": float(whole)}
    assert effect.done() == 0
    half = effect.other()
    assert half == {"amount": float(whole / 2)}
    assert effect.ask(body=half).status == 200
    assert effect.done() == whole / 2
    assert effect.ask(body=half).status == 200
    assert effect.done() == whole


@pytest.mark.parametrize(("name", "changed"), [("orders.create", "items"), ("payments.create", "paymentMethod")])
def test_another_body_is_valid_and_about_the_same(name: str, changed: str) -> None:
    effect = prepared(name)
    other = effect.other()
    assert other is not None
    assert effect.body is not None
    assert {key for key in other if other[key] != effect.body[key]} == {changed}
    assert effect.ask(body=other).status == 201


def test_without_a_body_there_is_no_other() -> None:
    assert prepared("orders.cancel").other() is None


def test_an_update_is_asked_for_by_its_owner() -> None:
    effect = prepared("users.update")
    assert effect.live is not None
    assert effect.ask().status == 200
    assert effect.done() == 0  # no state is left by it


def test_several_are_made_at_once_and_of_their_own() -> None:
    made = effects.several(supply(), contract().operations["orders.create"], 3)
    assert len({effect.owner.user_id for effect in made}) == 3


def test_what_is_about_nothing_cannot_be_prepared() -> None:
    with pytest.raises(UnreachableError, match="about nothing that is stored"):
        prepared("users.events")


def test_what_no_operation_lists_cannot_be_counted() -> None:
    with pytest.raises(UnreachableError, match=r"no operation lists what users\.create makes"):
        prepared("users.create").done()


def test_a_list_without_a_total_cannot_be_counted() -> None:
    def lists(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(200, json=[]) if "/user/" in request.url.path else None

    with pytest.raises(UnreachableError, match=r"orders\.list_for_user tells no total"):
        prepared("orders.create", supply(wrapped=rewriting(lists))).done()


def test_what_was_taken_and_is_no_number_cannot_be_counted() -> None:
    def texts(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        read = request.method == "GET" and request.url.path.startswith("/api/payments/")
        return httpx.Response(200, json={**answered.json(), "refundedAmount": "1.00"}) if read else None

    with pytest.raises(UnreachableError, match="which is no number"):
        prepared("payments.refund", supply(wrapped=rewriting(texts))).done()
