"""One run of each kind of finding, for all reports."""

from typing import Any

import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.law import Failure, Finding, Law, Verdict
from commerce_conformance.runner import Run
from commerce_contract import Location

USER = Identity("user 1", "u-1", header="Bearer eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl")
LAW = Law("lifecycle", "What may not move is refused.", "x-lifecycle", lambda _: (), lambda _, __: None)


def exchange(**changes: Any) -> Exchange:
    usual: dict[str, Any] = {
        "operation": None,
        "identity": USER,
        "method": "POST",
        "url": "http://localhost:3001/api/orders/order-1/cancel",
        "request_headers": {"authorization": str(USER.header), "content-type": "application/json"},
        "sent": b'{"reason": "<script>alert(1)</script>"}',
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": b'{"id": "order-1", "note": "\x00\xff"}',
        "started": 0.0,
        "seconds": 0.0,
    }
    return Exchange(**{**usual, **changes})


def failure(message: str = "a shipped order is not cancelled, 100%", **changes: Any) -> Failure:
    place = Location("openapi/orders.yaml", "/paths/~1api", 42)
    usual: dict[str, Any] = {"expected": "409 ORDER_004", "got": "200", "exchanges": (exchange(),)}
    return Failure(message, place, **{**usual, **changes})


@pytest.fixture
def law() -> Law:
    return LAW


@pytest.fixture
def run() -> Run:
    """One that failed seven times, one that passed, one known, one out of reach, one that broke the suite."""
    failures = (failure(), *(failure(f"failure {number}", exchanges=()) for number in range(2, 8)))
    findings = (
        Finding("lifecycle", "orders.cancel", Verdict.FAILED, failures, (), 0.5, 12),
        Finding("lifecycle", "orders.get", Verdict.PASSED, (), (), 0.1, 3),
        Finding("auth", "orders.cancel", Verdict.KNOWN),
        Finding("auth", "orders.get", Verdict.UNREACHABLE, (), (("no token", "give --token"), ("no way", ""))),
        Finding("auth", "orders.list", Verdict.BROKEN, fault="Traceback\nValueError: \x01 bad"),
    )
    return Run(findings, ("orders/order-1",), 15, 1.25)
