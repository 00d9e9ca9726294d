"""Health, readiness, metrics and breakers that do not tell what is."""

import re
from collections import defaultdict
from typing import Any, Final

from commerce_mock.metrics import Histogram, Meters
from commerce_mock.services.breakers import Breaker
from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("monitoring")
LAWS: Final = "monitoring documented"


def _told(name: str, operation: str, fault: str, change: Any, laws: str = LAWS) -> None:
    GROUP.add(name, fault, laws, lambda broken: broken.answers(change, operation))


_told("health_says_ok", "orders.health", "Health says `OK` where the document says `healthy`: dashboards stay red.",
      lambda told: told.json.update(status="OK"))  # fmt: skip
_told("health_of_another_service", "orders.health", "Health names another service, copied with its code.",
      lambda told: told.json.update(service="users"))  # fmt: skip
_told("health_without_time", "users.health", "Health tells no time: an old answer from a cache looks new.",
      lambda told: told.json.pop("timestamp"))  # fmt: skip
_told("health_is_text", "payments.health", "Health is a word of text: who reads its parts fails.",
      lambda told: told.headers.update({"content-type": "text/plain"}))  # fmt: skip
_told("health_fails", "payments.health", "Health answers 500 while all is well: the platform restarts it for ever.",
      lambda told: setattr(told, "status", 500))  # fmt: skip
_told("never_ready", "orders.ready", "Readiness is 503 for ever: no request comes.",
      lambda told: setattr(told, "status", 503))  # fmt: skip
_told("ready_is_empty", "users.ready", "Readiness has an empty body.", lambda told: told.json.clear())
_told("metrics_are_json", "orders.metrics", "Metrics are JSON: Prometheus reads none.",
      lambda told: told.headers.update({"content-type": "application/json"}))  # fmt: skip
_told("metrics_are_empty", "orders.metrics", "Metrics are empty: every alarm is silent.",
      lambda told: setattr(told, "body", b"\n"))  # fmt: skip
_told("metrics_are_broken", "users.metrics", "A label is not closed: Prometheus drops the whole answer.",
      lambda told: setattr(told, "body", told.body.replace(b'"}', b'"', 1) + b"what is this\n"))  # fmt: skip
_told("breaker_in_capitals", "payments.circuit_breaker", "States of breakers are in capitals: dashboards know none.",
      lambda told: told.json["user_service"].update(state="CLOSED"))  # fmt: skip
_told("breaker_missing", "payments.circuit_breaker", "One of the breakers is not told.",
      lambda told: told.json.pop("order_service"))  # fmt: skip
_told("breaker_counts_in_text", "payments.circuit_breaker", "Failures are counted in text.",
      lambda told: told.json["user_service"].update(failure_count="0"))  # fmt: skip
_told("breaker_count_negative", "payments.circuit_breaker", "Failures are counted below nought.",
      lambda told: told.json["user_service"].update(failure_count=-1))  # fmt: skip


def _text(name: str, operation: str, fault: str, change: Any) -> None:
    def rewrite(told: Answered) -> None:
        told.body = change(told.body.decode()).encode()

    _told(name, operation, fault, rewrite)


_text("counter_is_a_gauge", "orders.metrics", "A counter is told as a gauge: rates go wrong at each restart.",
      lambda text: text.replace("# TYPE http_requests_total counter", "# TYPE http_requests_total gauge"))  # fmt: skip
_text("family_missing", "users.metrics", "A family that the document shows is missing: its alarm is silent.",
      lambda text: "".join(
          line for line in text.splitlines(keepends=True) if "user_registrations_total" not in line))  # fmt: skip
_text("histogram_without_buckets", "orders.metrics", "A histogram has no buckets: no percentile can be told.",
      lambda text: re.sub(r"http_request_duration_seconds_bucket.*\n", "", text))  # fmt: skip
_text("counter_renamed", "payments.metrics", "A counter has another name than the document's.",
      lambda text: text.replace("payments_processed_total", "payments_total"))  # fmt: skip


def _frozen(name: str, family: str, service: str, fault: str) -> None:
    """A counter that stays as it was when it was first read."""

    def apply(broken: Broken) -> None:
        first: dict[str, str] = {}

        def change(told: Answered) -> None:
            lines = told.body.decode().splitlines()
            kept = [line for line in lines if not line.startswith(family)]
            seen = first.setdefault("", "\n".join(line for line in lines if line.startswith(family)))
            told.body = "\n".join([*kept, seen, ""]).encode()

        broken.answers(change, f"{service}.metrics")

    GROUP.add(name, fault, LAWS, apply)


_frozen("registrations_do_not_move", "user_registrations_total", "users",
        "Registrations are not counted: the dashboard shows a shop that nobody finds.")  # fmt: skip


@GROUP.mutant("Orders are counted by nobody: the alarm goes off.", LAWS)
def orders_do_not_move(broken: Broken) -> None:
    broken.patch.setattr(broken.engine.world.meters, "published", _Still())


class _Still(dict[str, int]):
    """Counts that stay at nought."""

    def __missing__(self, _: str) -> int:
        return 0

    def __setitem__(self, key: str, value: int) -> None:
        """Nothing is counted."""


class _Deaf(defaultdict[tuple[str, int], Histogram]):
    """Counts that keep nothing of what was answered with a status from `lowest` on."""

    def __init__(self, lowest: int) -> None:
        super().__init__(Histogram)
        self._lowest = lowest

    def __missing__(self, key: tuple[str, int]) -> Histogram:
        return Histogram() if key[1] >= self._lowest else super().__missing__(key)


@GROUP.mutant("Requests are counted by nobody.", LAWS)
def requests_do_not_move(broken: Broken) -> None:
    broken.patch.setattr(broken.engine.world.meters, "requests", _Deaf(0))


@GROUP.mutant("Only requests that succeed are counted: failures are on no dashboard.", LAWS)
def failures_are_not_counted(broken: Broken) -> None:
    broken.patch.setattr(broken.engine.world.meters, "requests", _Deaf(400))


@GROUP.mutant("Counters start anew at each reading: rates are negative.", LAWS)
def counters_start_anew(broken: Broken) -> None:
    def change(_: Answered) -> None:
        broken.engine.world.meters.requests.clear()
        broken.engine.world.meters.published.clear()

    broken.answers(change, "users.metrics", "orders.metrics", "payments.metrics")


@GROUP.mutant("The values of orders are not observed: the shop's turnover is nought.", LAWS)
def order_values_not_observed(broken: Broken) -> None:
    broken.patch.setattr(Meters, "value", lambda *_: None)


@GROUP.mutant("Every order is observed as nought: the histogram counts, and its sum stands still.", LAWS)
def order_values_all_zero(broken: Broken) -> None:
    broken.patch.setattr(Meters, "value", lambda self, kind, _: self.values[kind].observe(0))


@GROUP.mutant("Durations are in milliseconds where the name says seconds: every alarm goes off.", LAWS)
def durations_in_milliseconds(broken: Broken) -> None:
    original = Histogram.observe
    broken.patch.setattr(Histogram, "observe", lambda self, value: original(self, value * 100_000))


@GROUP.mutant("A breaker is told as open while all is well.", "dependencies")
def breaker_told_open(broken: Broken) -> None:
    broken.patch.setattr(Breaker, "state", lambda *_: "open")


@GROUP.mutant("A breaker never opens: each payment waits for a service that is down.", "dependencies")
def breaker_never_opens(broken: Broken) -> None:
    broken.patch.setattr("commerce_mock.services.breakers.THRESHOLD", 10**9)
