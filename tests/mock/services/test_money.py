"""Money is exact: totals of orders in integer cents, and never a trace of floating point in an answer."""

import json
import random
import re
from decimal import Decimal
from typing import Any

import pytest

from commerce_mock.services.money import amount, cents, text
from harness.platform import Answered, Member, Platform

ARTEFACT = re.compile(rb"[0-9]\.[0-9]{3,}|[0-9][eE][+-]?[0-9]")
TEXT = re.compile(rb'"[^"]*"')
MAXIMUM = Decimal("999999999999.99")


def order(platform: Platform, member: Member, items: list[tuple[int, str]]) -> Answered:
    """Place an order whose prices stand in the request exactly as they are written here."""
    listed = ",".join(f'{{"productId":"p","quantity":{quantity},"price":{price}}}' for quantity, price in items)
    body = f'{{"userId":"{member.id}","items":[{listed}]}}'
    return platform.post("orders", "/api/orders", body.encode(), member.token)


def artefact(body: bytes) -> bytes | None:
    """A number with a third decimal or an exponent, where there is one outside of texts."""
    found = ARTEFACT.search(TEXT.sub(b"", body))
    return found[0] if found else None


def exact(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.parametrize(
    ("items", "total"),
    [
        ([(1, "0.1"), (1, "0.2")], b"0.3"),
        ([(3, "33.33")], b"99.99"),
        ([(1, "29.99"), (1, "45.49")], b"75.48"),
        ([(3, "0.1")], b"0.3"),
        ([(1, "1.10"), (1, "2.20")], b"3.3"),
        ([(7, "1.15")], b"8.05"),
        ([(1000000, "0.01")], b"10000"),
        ([(1, "1.005e1")], b"10.05"),
        ([(1, "0")], b"0"),
        ([(1, "999999999999.99")], b"999999999999.99"),
        ([(1, "999999999999.98"), (1, "0.01")], b"999999999999.99"),
        ([(100, "9999999999.99"), (1, "0.99")], b"999999999999.99"),
    ],
)
def test_a_total_is_the_exact_sum(items: list[tuple[int, str]], total: bytes) -> None:
    platform = Platform()
    placed = order(platform, platform.register(), items)
    assert placed.status == 201
    assert b'"totalAmount":' + total + b"," in placed.body
    assert artefact(placed.body) is None


@pytest.mark.parametrize(
    "items",
    [
        [(1, "999999999999.99"), (1, "0.01")],
        [(2, "500000000000")],
        [(1000000, "999999999999.99")] * 50,
    ],
)
def test_a_total_beyond_the_maximum_is_refused(items: list[tuple[int, str]]) -> None:
    platform = Platform()
    refused = order(platform, platform.register(), items)
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", ["/items"])


@pytest.mark.parametrize("price", ["0.001", "1.999", "1000000000000", "-0.01", "0.1000000001", "1e-3"])
def test_a_price_that_is_no_amount_of_money_is_refused(price: str) -> None:
    platform = Platform()
    refused = order(platform, platform.register(), [(1, price)])
    assert (refused.status, set(refused.pointers)) == (422, {"/items/0/price"})


def test_an_artefact_would_be_seen() -> None:
    assert artefact(b'{"id":"3e0 0.3004","total":0.30000000000000004}') == b"0.30000000000000004"
    assert artefact(b'{"total":1e-05}') == b"1e-0"
    assert artefact(b'{"id":"3e0 0.3004","total":0.3}') is None


@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_ten_thousand_random_baskets_are_summed_as_decimals_sum_them() -> None:
    chance = random.Random(2026)  # noqa: S311 - baskets, not secrets
    platform = Platform(judged=False)
    ann = platform.register()
    for _ in range(10_000):
        items = [
            (
                chance.randint(1, 10 ** chance.randint(0, 3)),
                f"{chance.randint(0, 10 ** chance.randint(1, 9)) / 100:.2f}",
            )
            for _ in range(chance.randint(1, 8))
        ]
        placed = order(platform, ann, items)
        shown = exact(placed.body)
        assert placed.status == 201, (items, placed.body)
        assert shown["totalAmount"] == sum(quantity * Decimal(price) for quantity, price in items), items
        assert [item["price"] for item in shown["items"]] == [Decimal(price) for _, price in items]
        assert artefact(placed.body) is None, placed.body


def test_random_refunds_add_up_to_what_was_paid() -> None:
    chance = random.Random(2026)  # noqa: S311 - baskets, not secrets
    platform = Platform(judged=False)
    ann = platform.register()
    for _ in range(100):
        total = chance.randint(1, 10 ** chance.randint(1, 14)) / 100
        _, payment = platform.paid(ann, total)
        rest, given = cents(total), 0
        while rest:
            part = chance.randint(1, rest) if chance.random() < 0.7 else rest
            answer = platform.refund(ann, payment, amount(part))
            rest, given = rest - part, given + part
            assert exact(answer.body)["refundedAmount"] == Decimal(given) / 100
            assert answer.json["status"] == ("partially_refunded" if rest else "refunded")
            assert artefact(answer.body) is None, answer.body


def test_events_and_mails_tell_the_same_amount() -> None:
    platform = Platform()
    ann = platform.register()
    platform.paid(ann, 0.1, 0.2)
    (created,) = (event for event in platform.events() if event["type"] == "order_created")
    (completed,) = (event for event in platform.events() if event["type"] == "payment_completed")
    assert created["payload"]["data"]["total_amount"] == completed["payload"]["data"]["amount"] == 0.3
    texts = " ".join(mail["text"] for mail in platform.inbox(ann))
    assert "It comes to 0.30." in texts
    assert "0.30 USD" in texts


def test_cents_and_amounts_are_each_other_s_inverse() -> None:
    chance = random.Random(2026)  # noqa: S311 - baskets, not secrets
    edges = [0, 1, 9, 10, 99, 100, 101, 10**14 - 1, 10**14 - 2]
    for number in [*edges, *(chance.randrange(10 ** chance.randint(1, 14)) for _ in range(10_000))]:
        value = amount(number)
        assert cents(value) == number
        assert Decimal(str(value)) == Decimal(number) / 100
        assert Decimal(text(value)) == Decimal(number) / 100


def test_the_maximum_of_the_contract_is_the_one_that_is_tried_here() -> None:
    money = Platform().contract.resources["orders"].schema.properties["totalAmount"]
    assert Decimal(str(money.keyword("maximum"))) == MAXIMUM
