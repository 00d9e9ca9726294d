"""The law of monitoring: it passes on the mock, and finds each way to say wrongly how a service is."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.laws import monitoring
from commerce_contract import load
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting
from harness.platform import contract

SERVED = {s.name: f"http://localhost:{s.port}" for s in contract().services.values() if s.name != "admin"}
FIFTH = Path(__file__).parents[1] / "fifth_service" / "contract"
Change = Callable[[str], str]


def told(found: Sequence[Finding], operation: str) -> dict[str, str]:
    assert [finding.fault for finding in found if finding.fault] == []
    return {f.message: f.got for finding in found if finding.operation == operation for f in finding.failures}


def answering(path: str, **changes: Any) -> Any:
    """Answers of one path with members replaced, or left out where they are None; `status` is that of HTTP."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.url.path != path:
            return None
        status = changes.get("code", answered.status_code)
        body = {**answered.json(), **{name: value for name, value in changes.items() if name != "code"}}
        return httpx.Response(status, json={name: value for name, value in body.items() if value is not None})

    return rewriting(rewrite)


def measured(change: Change, service: str = "orders", rules: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What is told of a service's metrics whose text is changed."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        here = request.url.path == "/metrics" and answered.status_code == 200
        return httpx.Response(200, content=change(answered.text).encode()) if here else None

    found = findings(
        monitoring.LAW, wrapped=rewriting(rewrite), urls=SERVED, services=frozenset({service}), patience=0.3,
        rules=rules,
    )  # fmt: skip
    return told(found, f"{service}.metrics")


def test_the_mock_says_how_it_is() -> None:
    found = findings(monitoring.LAW, urls=SERVED)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert {finding.operation.partition(".")[2] for finding in found} == {
        "health",
        "ready",
        "metrics",
        "circuit_breaker",
    }


def test_a_service_that_no_python_knows_is_measured_too() -> None:
    fifth = load(FIFTH)
    found = findings(monitoring.LAW, contract=fifth)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    metrics = next(finding for finding in found if finding.operation == "shipments.metrics")
    assert metrics.requests > 6


@pytest.mark.parametrize(
    ("changes", "message", "got"),
    [
        ({"code": 503}, "orders.health answers everybody", "503"),
        ({"status": "unhealthy"}, "a 200 says in `status` what a 200 says", "unhealthy"),
        ({"dependencies": {"database": "unhealthy"}}, "a 200 says in `dependencies` what a 200 says", "unhealthy"),
        ({"service": "users"}, "`service` names the service", "users"),
        ({"version": None}, "an answer is as its schema says", "is required"),
    ],
)
def test_a_health_that_says_something_wrong_is_found(changes: Mapping[str, Any], message: str, got: str) -> None:
    wrapped = answering("/health", **changes)
    found = findings(monitoring.LAW, wrapped=wrapped, urls=SERVED, services=frozenset({"orders"}))
    text = told(found, "orders.health")
    assert list(text) == [message]
    assert got in text[message]


def test_a_readiness_that_is_none_is_found() -> None:
    wrapped = answering("/ready", status="not_ready")
    found = findings(monitoring.LAW, wrapped=wrapped, urls=SERVED, services=frozenset({"users"}))
    assert told(found, "users.ready") == {"a 200 says in `status` what a 200 says": "not_ready"}


@pytest.mark.parametrize("body", [b"OK", b"[]"])
def test_a_health_that_is_no_object_is_found(body: bytes) -> None:
    def plain(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(200, content=body) if request.url.path == "/health" else None

    found = findings(monitoring.LAW, wrapped=rewriting(plain), urls=SERVED, services=frozenset({"users"}))
    assert len(told(found, "users.health")) == 1


def test_a_breaker_in_a_state_that_is_none_is_found() -> None:
    wrapped = answering("/api/circuit-breaker/status", user_service={"state": "ajar", "failure_count": 0})
    found = findings(monitoring.LAW, wrapped=wrapped, urls=SERVED, services=frozenset({"payments"}))
    assert list(told(found, "payments.circuit_breaker")) == ["an answer is as its schema says"]


def without(*families: str) -> Change:
    pattern = re.compile(rf"^(# (TYPE|HELP) )?({'|'.join(families)})\b.*\n", re.MULTILINE)
    return lambda text: pattern.sub("", text)


def values(pattern: str, change: Callable[[float], float]) -> Change:
    """Every sample that a pattern finds, with another value."""
    lines = re.compile(rf"^({pattern}[^ ]*) (\S+)$", re.MULTILINE)
    return lambda text: lines.sub(lambda found: f"{found[1]} {change(float(found[2])):g}", text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("orders_created_total"), "there is a metric orders_created_total"),
        (
            lambda text: text.replace("TYPE orders_created_total counter", "TYPE orders_created_total gauge"),
            "orders_created_total is a counter",
        ),
        (lambda text: text.replace("operation=", "route="), "http_requests_total has its labels"),
        (
            lambda text: re.sub(r'order_value_histogram_bucket\{le="\+Inf"\} \d+', r"\g<0>00", text),
            "the buckets of order_value_histogram grow up to its count",
        ),
    ],
)
def test_a_family_that_is_not_as_documented_is_found(change: Change, message: str) -> None:
    assert message in measured(change)


@pytest.mark.parametrize("text", ["{", '{"requests": 3}', "a{ 1\n", "a_total x"])
def test_metrics_in_another_format_are_found(text: str) -> None:
    assert list(measured(lambda _: text)) == ["metrics are Prometheus text"]


def test_bytes_that_are_no_text_are_no_metrics() -> None:
    def binary(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(200, content=b"\xff") if request.url.path == "/metrics" else None

    found = findings(monitoring.LAW, wrapped=rewriting(binary), urls=SERVED, services=frozenset({"orders"}))
    assert list(told(found, "orders.metrics")) == ["metrics are Prometheus text"]


@pytest.mark.parametrize("after", [1, 2])
def test_metrics_that_cease_are_told_once(after: int) -> None:
    scrapes: list[str] = []

    def cease(text: str) -> str:
        scrapes.append(text)
        return "{" if len(scrapes) > after else text

    assert list(measured(cease)) == ["metrics are Prometheus text"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("orders_created_total", "orders_created_total counts what was done"),
        ("order_value_histogram_count", "order_value_histogram_count counts what was done"),
        ("order_value_histogram_sum", "order_value_histogram_sum counts what was done"),
        ("events_published_total", 'events_published_total{event_type="order_created"} counts what was done'),
        (
            r"http_requests_total\{.*orders.create.*201",
            'http_requests_total{operation="orders.create",method="POST",status="201"} counts what was done',
        ),
        (
            r"http_request_duration_seconds_count\{.*orders.health",
            'http_request_duration_seconds_count{operation="orders.health",method="GET"} counts what was done',
        ),
    ],
)
def test_a_metric_that_stands_still_is_found(pattern: str, message: str) -> None:
    assert message in measured(values(pattern, lambda _: 7))


@pytest.mark.parametrize("name", ["orders_created_total", "events_published_total", "http_requests_total"])
def test_a_metric_that_counts_double_is_found(name: str) -> None:
    found = measured(values(name, lambda value: 2 * value))
    assert all(message.startswith(name) and message.endswith("counts each thing once") for message in found)
    assert set(found.values()) == {"6 and 2"}


def test_what_others_do_meanwhile_is_no_failure() -> None:
    others = iter(range(1000))
    assert measured(values("orders_created_total", lambda value: value + next(others) ** 2)) == {}


def test_a_counter_that_falls_is_found() -> None:
    falling = iter(range(100_000, 0, -1))
    found = measured(values("orders_created_total", lambda _: next(falling)))
    assert "orders_created_total never falls" in found


def test_a_refund_rate_of_payments_waits_for_their_outcome() -> None:
    assert measured(lambda text: text, "payments") == {}
    assert "payments_processed_total counts what was done" in measured(
        values("payments_processed_total", lambda _: 1), "payments"
    )


def test_what_cannot_be_made_cannot_be_counted() -> None:
    def refuses(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("SERVICE_UNAVAILABLE")

    found = findings(
        monitoring.LAW, rules={"orders.create": refuses}, urls=SERVED, services=frozenset({"orders"}), patience=0.1
    )
    metrics = next(finding for finding in found if finding.operation == "orders.metrics")
    assert any("orders.create cannot be counted" in reason for reason, _ in metrics.missing)
