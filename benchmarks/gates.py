"""What the mock and the client have to reach, and the verdict on a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.figures import Figure, Spread


class Verdict(StrEnum):
    """What became of a gate in one run."""

    PASSES = "passes"
    FAILS = "fails"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Gate:
    """A limit on the median of one figure: on its ratio, or on the subject alone where there is no reference."""

    figure: str
    limit: float
    at_least: bool

    @property
    def requirement(self) -> str:
        """The limit as a person writes it."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:.2f}"

    def allows(self, value: float) -> bool:
        """Whether the value is on the right side of the limit."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Judgement:
    """One gate held against one run; `value` is the spread that was judged, None when it was not measured."""

    gate: Gate
    verdict: Verdict
    value: Spread | None


CREATE_THROUGHPUT = 0.55
READ_THROUGHPUT = 0.70
CONTROLLED = 0.97  # of what the mock did before it could be controlled
TAIL = 1.5
STORED = ("read", "list", "create")
STORED_THROUGHPUT = 0.9
_SECOND = 1_000_000  # microseconds
CONTROL = 1_000  # microseconds, however large the world is
PUBLISHING = 0.95
LISTENERS = 0.9
PAUSED_TAIL = 1.2
# Keys of the client's figures begin so, and those of events.
CLIENT = "sdk."
EVENTS = "events."


def _stored(name: str) -> tuple[Gate, Gate]:
    return (
        Gate(f"stored.{name}.throughput", STORED_THROUGHPUT, at_least=True),
        Gate(f"stored.{name}.processor", 1 / STORED_THROUGHPUT, at_least=False),
    )


def _before(operation: str) -> tuple[Gate, Gate]:
    return (
        Gate(f"before.{operation}.throughput", CONTROLLED, at_least=True),
        Gate(f"before.{operation}.processor", 1 / CONTROLLED, at_least=False),
    )


def _publishing(broker: str) -> tuple[Gate, Gate]:
    return (
        Gate(f"events.publishing.{broker}.throughput", PUBLISHING, at_least=True),
        Gate(f"events.publishing.{broker}.processor", 1 / PUBLISHING, at_least=False),
    )


def _relay(broker: str, events: int) -> tuple[Gate, Gate]:
    return (
        Gate(f"events.relay.{broker}.throughput", events, at_least=True),
        Gate(f"events.relay.{broker}.processor", _SECOND / events, at_least=False),
    )


GATES = (
    Gate("create.throughput", CREATE_THROUGHPUT, at_least=True),
    Gate("create.processor", 1 / CREATE_THROUGHPUT, at_least=False),
    Gate("create.p99", TAIL, at_least=False),
    Gate("read.throughput", READ_THROUGHPUT, at_least=True),
    Gate("read.processor", 1 / READ_THROUGHPUT, at_least=False),
    Gate("read.p99", TAIL, at_least=False),
    *_before("create"),
    *_before("read"),
    Gate("startup.first_answer", 0.8, at_least=False),
    Gate("memory.order", 3.0, at_least=False),
    *(gate for name in STORED for gate in _stored(name)),
    *(Gate(f"controls.{name}", CONTROL, at_least=False) for name in ("fork", "snapshot", "page", "reset")),
    *_publishing("redis"),
    *_publishing("rabbitmq"),
    Gate("events.publishing.paused.p99", PAUSED_TAIL, at_least=False),
    *_relay("redis", 20_000),
    *_relay("rabbitmq", 5_000),
    Gate("events.listeners.read.throughput", LISTENERS, at_least=True),
    Gate("events.listeners.create.throughput", LISTENERS, at_least=True),
    Gate("sdk.import.time", 20, at_least=False),
    Gate("sdk.import.heavy", 0, at_least=False),
    Gate("sdk.call.get.elapsed", 1, at_least=False),
    Gate("sdk.call.create.elapsed", 1, at_least=False),
    Gate("sdk.concurrent.throughput", 1, at_least=True),
    Gate("sdk.concurrent.fast", 3, at_least=True),
    Gate("sdk.in_process.get.elapsed", 1.5, at_least=False),
    Gate("sdk.in_process.create.elapsed", 1.5, at_least=False),
    Gate("sdk.wheel.size", 300, at_least=False),
    Gate("sdk.types.plain", 1.2, at_least=False),
    Gate("sdk.types.extras", 1.2, at_least=False),
)


def judged(figure: Figure) -> Spread:
    """Choose what a gate on this figure looks at: the ratio where there is a reference, else the subject."""
    return figure.ratio or figure.subject


def judge(figures: Iterable[Figure], gates: Iterable[Gate] = GATES) -> tuple[Judgement, ...]:
    """Hold every gate against the run; a gate whose figure the run does not have is `not measured`, never passed."""
    by_key: Mapping[str, Figure] = {figure.key: figure for figure in figures}
    return tuple(_judgement(gate, by_key.get(gate.figure)) for gate in gates)


def _judgement(gate: Gate, figure: Figure | None) -> Judgement:
    if figure is None:
        return Judgement(gate, Verdict.NOT_MEASURED, None)
    value = judged(figure)
    return Judgement(gate, Verdict.PASSES if gate.allows(value.median) else Verdict.FAILS, value)
