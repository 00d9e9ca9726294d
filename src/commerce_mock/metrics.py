"""Counters kept by hand while requests run, and written as Prometheus text when asked.

Which families a service has, and of which type, stands in the example of its `metrics` operation.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from commerce_contract import Operation
from commerce_mock.naming import snake

if TYPE_CHECKING:
    from commerce_mock.world import World

SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNMATCHED = "unmatched"  # the word that WireMock has for requests of no operation
MONEY = (10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0)


class Histogram:
    """Counts by upper bound; lives as long as its meters."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def add(self, other: "Histogram") -> None:
        """Count what another one with the same bounds has counted."""
        self.counts = [mine + others for mine, others in zip(self.counts, other.counts, strict=True)]
        self.total += other.total

    def cumulated(self) -> list[tuple[str, float]]:
        """`(upper bound, count up to it)`, the last bound `+Inf`, as Prometheus has it."""
        running, pairs = 0, []
        for bound, count in zip([*map(str, self.bounds), "+Inf"], self.counts, strict=True):
            running += count
            pairs.append((bound, float(running)))
        return pairs


class Meters:
    """What one world has counted since it was made; a reset of its state does not turn counters back.

    `requests` are by (operation, status), `unmatched` those of no operation by (service, method, status), `refused` by
    (operation, problem code), `moved` by (collection, state, state), `transactions` (the mock's database queries) by
    service. `before` is what a coverage leaves out, because it was counted before it began.
    """

    def __init__(self) -> None:
        self.requests: defaultdict[tuple[str, int], Histogram] = defaultdict(Histogram)
        self.unmatched: defaultdict[tuple[str, str, int], Histogram] = defaultdict(Histogram)
        self.refused: Counter[tuple[str, str]] = Counter()
        self.moved: Counter[tuple[str, str, str]] = Counter()
        self.before: Counter[tuple[str, ...]] = Counter()
        self.transactions: defaultdict[str, Histogram] = defaultdict(Histogram)
        self.published: Counter[str] = Counter()
        self.values: defaultdict[str, Histogram] = defaultdict(lambda: Histogram(MONEY))

    def value(self, event_type: str, amount: Any) -> None:
        """Count an amount of money that an event told; a resource of another contract may have none, or no number."""
        if type(amount) in {int, float}:
            self.values[event_type].observe(amount)


Samples = Iterable[tuple[Mapping[str, str], Any]]
Source = Callable[["World", str], Samples]


def families(operation: Operation) -> Iterator[tuple[str, str, str]]:
    """Name, type and help of each family that the example of a `metrics` operation shows."""
    text = next(iter(operation.success.examples.values()), "")
    helps: dict[str, str] = {}
    for line in str(text).splitlines():
        words = line.split(maxsplit=3)
        if line.startswith("# HELP "):
            helps[words[2]] = words[3] if len(words) == 4 else ""  # noqa: PLR2004 - `# HELP name text`
        elif line.startswith("# TYPE "):
            yield words[2], words[3], helps.get(words[2], "")


def _requests(world: "World", service: str) -> Samples:
    for (name, status), histogram in list(world.meters.requests.items()):
        operation = world.behaviour.contract.operations.get(name)
        if operation is not None and operation.service == service:
            yield {"method": operation.method, "operation": operation.name, "status": str(status)}, histogram
    for (asked, method, status), histogram in list(world.meters.unmatched.items()):
        if asked == service:
            yield {"method": method, "operation": UNMATCHED, "status": str(status)}, histogram


def _durations(world: "World", service: str) -> Samples:
    """By operation, whatever the status."""
    merged: dict[tuple[str, str], Histogram] = {}
    for labels, histogram in _requests(world, service):
        name = labels["operation"]
        merged.setdefault((labels["method"], name), Histogram()).add(histogram)
    for (method, name), histogram in merged.items():
        yield {"method": method, "operation": name}, histogram


def _published(world: "World", service: str) -> Samples:
    for event_type, count in world.meters.published.items():
        event = world.behaviour.contract.events.get(event_type)
        if event is not None and event.service == service:
            yield {"event_type": event_type}, count


def transactions(world: "World", service: str) -> Samples:
    """The duration of a service's transactions, for whatever its database is called."""
    yield {}, world.meters.transactions.get(service, Histogram())


def published(*event_types: str, label: str | None = None) -> Source:
    """A source that counts events; with `label`, one sample a type under the state that its name ends in."""

    def count(world: "World", _: str) -> Samples:
        if label is None:
            yield {}, sum(world.meters.published[kind] for kind in event_types)
            return
        for kind in event_types:
            yield {label: kind.rpartition("_")[2]}, world.meters.published[kind]

    return count


def observed(event_type: str) -> Source:
    """A source for the amounts that events of a type told (`OBSERVED` says which of their data)."""

    def amounts(world: "World", _: str) -> Samples:
        histogram = world.meters.values.get(event_type, Histogram(MONEY))
        histogram.total = round(histogram.total, 2)  # a sum of amounts is an amount: no trace of floating point
        yield {}, histogram

    return amounts


def counted(world: "World", service: str, family: str) -> Source | None:
    """The source that a family's name implies: `orders_created_total` counts the event `order_created`."""
    for resource in world.behaviour.contract.resources.values():
        word = family.removeprefix(f"{resource.collection}_").removesuffix("_total")
        event_type = f"{snake(resource.name)}_{word}"
        named = family == f"{resource.collection}_{word}_total"
        if named and resource.service == service and event_type in world.behaviour.contract.events:
            return published(event_type)
    return None


SOURCES: Mapping[str, Source] = {
    "http_requests_total": lambda world, service: ((labels, sum(h.counts)) for labels, h in _requests(world, service)),
    "http_request_duration_seconds": _durations,
    "events_published_total": _published,
    "database_connections_active": lambda _world, _service: [({}, 1)],
}


def exposition(world: "World", operation: Operation) -> bytes:
    """The Prometheus text of one service; a family without a source has no samples yet."""
    # Slow to import and needed only when scraped.
    from prometheus_client import generate_latest  # noqa: PLC0415
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily  # noqa: PLC0415

    sources = {**SOURCES, **world.behaviour.metrics}
    made: list[Any] = []
    for name, kind, documentation in families(operation):
        source = sources.get(name) or counted(world, operation.service, name)
        samples = list(source(world, operation.service)) if source else []
        labels = list(samples[0][0]) if samples else []
        if kind == "histogram":
            family: Any = HistogramMetricFamily(name, documentation, labels=labels)
            for named, histogram in samples:
                family.add_metric(list(named.values()), histogram.cumulated(), histogram.total)
        else:
            family = (CounterMetricFamily if kind == "counter" else GaugeMetricFamily)(
                name, documentation, labels=labels
            )
            for named, number in samples:
                family.add_metric(list(named.values()), number)
        made.append(family)
    return bytes(generate_latest(_Collected(made)))


class _Collected:
    """What `generate_latest` asks of a registry: the families, once."""

    def __init__(self, collected: list[Any]) -> None:
        self._collected = collected

    def collect(self) -> list[Any]:
        return self._collected
