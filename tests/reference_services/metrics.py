"""The metrics that the documentation names."""

from collections.abc import Sequence
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call] # it has no types; the contract has no `_created`
_QUICK: Final = (0.001, 0.01, 0.1)


class Metrics:
    """What every service counts; lives as long as its service. The services add their own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self.counter("http_requests", "Total HTTP requests", "method", "operation", "status")
        self.durations = Histogram(
            "http_request_duration_seconds",
            "HTTP request duration",
            ["method", "operation"],
            buckets=(0.005, 0.05, 0.5),
            registry=self.registry,
        )
        self.published = self.counter("events_published", "Total events published", "event_type")
        self.gauge("database_connections_active", "Active database connections").set(1)

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """A counter, shown with `_total` after its name."""
        return Counter(name, text, labels, registry=self.registry)

    def gauge(self, name: str, text: str, *labels: str) -> Gauge:
        """A gauge."""
        return Gauge(name, text, labels, registry=self.registry)

    def histogram(self, name: str, text: str, buckets: Sequence[float] = _QUICK) -> Histogram:
        """A histogram without labels."""
        return Histogram(name, text, buckets=buckets, registry=self.registry)

    def text(self) -> bytes:
        """All of them in the text format."""
        return prometheus_client.generate_latest(self.registry)
