"""A breaker that is watched while the service behind it is down: each way to be none is found."""

import re
from typing import Any

import httpx
import pytest

from commerce_conformance import outage
from commerce_mock.services import breakers
from commerce_mock.services.breakers import Breaker
from harness.outages import messages, outages


@pytest.mark.parametrize(
    ("attribute", "changed", "message"),
    [
        ("THRESHOLD", 10**9, "order_service is closed until 5 calls failed in a row, and no longer"),
        ("THRESHOLD", 3, "order_service is closed until 5 calls failed in a row, and no longer"),
        ("OPEN_FOR", 10**9, "payments.create can be done again once orders is up"),
    ],
)
def test_a_breaker_that_opens_or_closes_at_another_time_is_found(
    attribute: str, changed: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "LONGEST", 0.05)
    monkeypatch.setattr(breakers, attribute, changed)
    assert message in messages(outages())


def test_a_breaker_that_lets_calls_through_while_it_is_open_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Breaker.document
    looks: list[int] = []

    def counting(self: Breaker, now: int) -> dict[str, Any]:
        looks.append(1)
        told = original(self, now)
        return {**told, "failure_count": told["failure_count"] + (len(looks) if told["state"] == "open" else 0)}

    monkeypatch.setattr(Breaker, "document", counting)
    assert "order_service lets no call through while it is open" in messages(outages())


@pytest.mark.parametrize(
    ("value", "got"), [("0", "0"), ("nothing", "nothing"), ("1\nwhat is this", "nothing")], ids=["0", "text", "broken"]
)
def test_a_gauge_that_says_something_else_is_found(value: str, got: str) -> None:
    def change(request: httpx.Request, answered: httpx.Response, down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        if request.url.path != "/metrics" or not down:
            return None
        pattern = r'(circuit_breaker_state\{service="order_service"\}) 1'
        return httpx.Response(
            200, headers={"content-type": answered.headers["content-type"]},
            content=re.sub(pattern, rf"\1 {value}", answered.text).encode(),
        )  # fmt: skip

    found = messages(outages(change))
    assert found["circuit_breaker_state of order_service says that it is open"] == got


@pytest.mark.parametrize("looks", range(1, 22, 2))
def test_a_breaker_that_is_shown_no_more_is_told(looks: int) -> None:
    shown: list[httpx.Request] = []

    def ceases(request: httpx.Request, _: httpx.Response, _down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        if request.url.path != "/api/circuit-breaker/status":
            return None
        shown.append(request)
        return httpx.Response(200, json={}) if len(shown) > looks else None

    assert any(told.startswith("payments.circuit_breaker shows the breaker") for told in messages(outages(ceases)))
