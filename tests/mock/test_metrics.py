"""Metrics: every documented family, under its name, type and labels, counts what happened and nothing else."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from commerce_mock.metrics import MONEY, Histogram, families
from harness.platform import Platform, contract

SERVICES = [name for name in contract().services if name != "admin"]
DOCUMENTED = {
    "users": {"user_registrations_total", "user_verifications_total", "database_queries_duration_seconds"},
    "orders": {"orders_created_total", "order_value_histogram", "mongo_operations_duration_seconds"},
    "payments": {"payments_processed_total", "payment_success_rate", "circuit_breaker_state"},
    "notifications": set(),
}
COMMON = {
    "http_requests_total",
    "http_request_duration_seconds",
    "events_published_total",
    "database_connections_active",
}
Moves = dict[tuple[str, ...], Decimal | int]
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parsed(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def example(service: str) -> str:
    """The text that the documents show."""
    text: str = next(iter(contract().operations[f"{service}.metrics"].success.examples.values()))
    return text


def scraped(platform: Platform, service: str) -> str:
    return platform.get(service, "/metrics").body.decode()


def samples(platform: Platform, service: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parsed(scraped(platform, service)).values()
        for sample in family.samples
    }


def labels(metric: Metric) -> Iterator[tuple[str, frozenset[str]]]:
    for sample in metric.samples:
        yield sample.name, frozenset(sample.labels)


def moves(before: Samples, after: Samples) -> Moves:
    """What changed, but for durations, by name and the values of the labels other than the method."""
    moved: Moves = {}
    for (name, named), value in after.items():
        was = before.get((name, named), 0.0)
        if "duration" not in name and value != was:
            values = (text for label, text in named if label != "method")
            moved[name, *values] = Decimal(str(value)) - Decimal(str(was))
    return moved


def checkout(platform: Platform) -> None:
    """A user who verifies themselves, orders for 75.48, fails to pay and pays; another who pays at once 12.50."""
    ann = platform.register()
    proof = {"verification_token": platform.mailed_token(ann)}
    platform.post("users", f"/api/users/{ann.id}/verify", proof, ann.token)
    order = platform.order(ann, 29.99, 45.49)
    platform.pay(ann, order, "4000000000000341")
    platform.advance(1)
    platform.pay(ann, order)
    platform.advance(1)
    platform.paid(platform.register("bob"), 12.5)


@pytest.mark.parametrize("service", SERVICES)
def test_the_documents_show_the_families_that_the_documentation_names(service: str) -> None:
    operation = contract().operations[f"{service}.metrics"]
    assert {name for name, _, _ in families(operation)} == COMMON | DOCUMENTED[service]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_shows_its_documented_families_and_no_others_from_the_start(service: str) -> None:
    shown, documented = parsed(scraped(Platform(), service)), parsed(example(service))
    assert shown.keys() == documented.keys()
    for name, family in documented.items():
        assert (shown[name].type, shown[name].documentation) == (family.type, family.documentation)


@pytest.mark.parametrize("service", SERVICES)
def test_after_a_checkout_samples_have_the_documented_names_and_labels(service: str) -> None:
    platform = Platform()
    checkout(platform)
    platform.get(service, "/health")
    shown, documented = parsed(scraped(platform, service)), parsed(example(service))
    for name, family in documented.items():
        assert set(labels(shown[name])) == set(labels(family)), name


def test_a_checkout_moves_every_counter_by_what_happened() -> None:
    platform = Platform()
    checkout(platform)  # the second one is measured, so that nothing starts at zero
    before = {service: samples(platform, service) for service in SERVICES}
    platform.register("cem")
    order = platform.order(platform.register("dora"), 20)
    platform.set_status(order, "confirmed")
    platform.paid(platform.register("eve"), 40, 40)
    failing = platform.register("fay")
    platform.pay(failing, platform.order(failing, 1), "4000000000000119")
    platform.advance(1)
    moved = {service: moves(before[service], samples(platform, service)) for service in SERVICES}
    assert moved["users"] == {
        ("http_requests_total", "users.create", "201"): 4,
        ("http_requests_total", "users.metrics", "200"): 1,
        ("events_published_total", "user_created"): 4,
        ("events_published_total", "user_verified"): 1,
        ("user_registrations_total",): 4,
        ("user_verifications_total",): 1,
    }
    orders: Moves = {
        ("http_requests_total", "orders.create", "201"): 3,
        ("http_requests_total", "orders.set_status", "200"): 1,
        ("http_requests_total", "orders.get", "200"): 1,
        ("http_requests_total", "orders.metrics", "200"): 1,
        ("events_published_total", "order_created"): 3,
        ("events_published_total", "order_confirmed"): 2,
        ("orders_created_total",): 3,
        ("order_value_histogram_count",): 3,
        ("order_value_histogram_sum",): 101,
        ("order_value_histogram_bucket", "10.0"): 1,
        ("order_value_histogram_bucket", "25.0"): 2,
        ("order_value_histogram_bucket", "50.0"): 2,
        **{("order_value_histogram_bucket", str(bound)): 3 for bound in (*MONEY[3:], "+Inf")},
    }
    assert moved["orders"] == orders
    assert moved["payments"] == {
        ("http_requests_total", "payments.create", "201"): 2,
        ("http_requests_total", "payments.get", "200"): 1,
        ("http_requests_total", "payments.metrics", "200"): 1,
        ("events_published_total", "payment_completed"): 1,
        ("events_published_total", "payment_failed"): 1,
        ("payments_processed_total", "completed"): 1,
        ("payments_processed_total", "failed"): 1,
        ("payment_success_rate",): Decimal(str(3 / 5)) - Decimal(str(2 / 3)),
    }
    assert moved["notifications"] == {("http_requests_total", "notifications.metrics", "200"): 1}


def test_requests_are_counted_by_operation_and_status_and_timed_by_operation() -> None:
    platform = Platform()
    for token in (platform.admin, platform.admin, None):
        platform.get("orders", "/api/orders/order-0", token)
    platform.get("orders", "/nowhere")
    counts: Counter[tuple[str, ...]] = Counter()
    for (name, named), value in samples(platform, "orders").items():
        if name in ("http_requests_total", "http_request_duration_seconds_count"):
            counts[name, *(value for _, value in named)] += int(value)
    assert counts == {
        ("http_requests_total", "GET", "orders.get", "404"): 2,
        ("http_requests_total", "GET", "orders.get", "401"): 1,
        ("http_request_duration_seconds_count", "GET", "orders.get"): 3,
        ("http_requests_total", "GET", "unmatched", "404"): 1,
        ("http_request_duration_seconds_count", "GET", "unmatched"): 1,
    }


def test_a_service_counts_only_what_is_its_own() -> None:
    platform = Platform()
    platform.paid(platform.register())
    for service in SERVICES:
        for name, named in samples(platform, service):
            for label, value in named:
                if label == "operation":
                    assert value.partition(".")[0] == service, name
                if label == "event_type":
                    assert contract().events[value].service == service


def test_the_success_rate_is_zero_before_the_first_payment_has_ended() -> None:
    platform = Platform()
    ann = platform.register()
    platform.pay(ann, platform.order(ann))
    assert samples(platform, "payments")["payment_success_rate", ()] == 0
    platform.advance(1)
    assert samples(platform, "payments")["payment_success_rate", ()] == 1


def test_a_reset_turns_no_counter_back() -> None:
    platform = Platform()
    platform.register()
    platform.post("admin", "/__admin/reset")
    assert samples(platform, "users")["user_registrations_total", ()] == 1


def test_a_family_that_nothing_is_counted_for_is_shown_without_samples() -> None:
    platform = Platform()
    metrics = platform.world.behaviour.metrics
    assert isinstance(metrics, dict)
    del metrics["payment_success_rate"]
    assert parsed(scraped(platform, "payments"))["payment_success_rate"].samples == []


def test_the_sum_of_order_values_has_no_trace_of_floating_point() -> None:
    platform = Platform()
    ann = platform.register()
    for price in (0.1, 0.2, 33.33, 33.33, 33.33):
        platform.order(ann, price)
    assert "\norder_value_histogram_sum 100.29\n" in scraped(platform, "orders")


def test_a_histogram_counts_a_value_on_a_bound_below_it() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0, 1, 1.5, 2, 99):
        histogram.observe(value)
    assert histogram.cumulated() == [("1.0", 2), ("2.0", 4), ("+Inf", 5)]
    assert histogram.total == 103.5
    other = Histogram((1.0, 2.0))
    other.observe(2)
    histogram.add(other)
    assert histogram.cumulated() == [("1.0", 2), ("2.0", 5), ("+Inf", 6)]
