"""Health, readiness and metrics of every service, up and down."""

from typing import Any

import pytest

from harness.platform import Platform, contract

SERVICES = [name for name in contract().services if name != "admin"]
CALLERS = {"users": ["orders", "payments"], "orders": ["payments"], "payments": [], "notifications": []}


def documented(service: str) -> dict[str, Any]:
    """The health answer that the documents show."""
    example: dict[str, Any] = next(iter(contract().operations[f"{service}.health"].success.examples.values()))
    return example


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_healthy_with_all_that_the_documents_name(service: str) -> None:
    health = Platform().get(service, "/health")
    assert health.status == 200
    assert health.json == {**documented(service), "timestamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_ready(service: str) -> None:
    ready = Platform().get(service, "/ready")
    assert (ready.status, ready.json) == (
        200,
        {"status": "ready", "service": service, "timestamp": "2026-01-01T00:00:00Z"},
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_down_says_so_and_answers_nothing_else(service: str) -> None:
    platform = Platform()
    platform.switch(service, up=False)
    health, ready = platform.get(service, "/health"), platform.get(service, "/ready")
    assert (health.status, health.json["status"], health.headers["retry-after"]) == (503, "unhealthy", "5")
    assert (ready.status, ready.json["status"], ready.headers["retry-after"]) == (503, "not_ready", "5")
    metrics = platform.get(service, "/metrics")
    assert (metrics.status, metrics.code, metrics.headers["retry-after"]) == (503, "SERVICE_UNAVAILABLE", "5")
    assert platform.get("admin", "/__admin/services").status == 200
    platform.switch(service, up=True)
    for path in ("/health", "/ready", "/metrics"):
        assert platform.get(service, path).status == 200


@pytest.mark.parametrize("down", SERVICES)
def test_whoever_depends_on_a_service_that_is_down_is_unhealthy_but_ready(down: str) -> None:
    platform = Platform()
    platform.switch(down, up=False)
    for service in SERVICES:
        health = platform.get(service, "/health")
        affected = service == down or service in CALLERS[down]
        assert health.status == (503 if affected else 200), service
        broken = [name for name, state in health.json["dependencies"].items() if state == "unhealthy"]
        assert broken == ([down] if service in CALLERS[down] else [])
        assert platform.get(service, "/ready").status == (503 if service == down else 200)


def test_the_mock_itself_is_well_whatever_is_marked_down() -> None:
    platform = Platform()
    for service in SERVICES:
        platform.switch(service, up=False)
    health = platform.get("admin", "/__admin/health")
    assert (health.status, health.json) == (200, {**documented("admin"), "timestamp": "2026-01-01T00:00:00Z"})


def test_metrics_are_prometheus_text() -> None:
    answer = Platform().get("users", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.body.startswith(b"# HELP ")
