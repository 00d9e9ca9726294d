"""The measures of events by the names that `--only` takes."""

from collections.abc import Callable, Mapping

from benchmarks.bench import Bench
from benchmarks.events.listening import listening
from benchmarks.events.publishing import publishing
from benchmarks.events.relaying import relay
from benchmarks.figures import Figure
from benchmarks.plan import Measure

OF_EVENTS: Mapping[Measure, Callable[[Bench], list[Figure]]] = {
    Measure.PUBLISHING: publishing,
    Measure.RELAY: relay,
    Measure.LISTENERS: listening,
}
