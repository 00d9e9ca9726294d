"""The client's measures by the names that `--only` takes."""

from collections.abc import Callable, Mapping

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.plan import Measure
from benchmarks.sdk.checking import types
from benchmarks.sdk.imports import imports
from benchmarks.sdk.loaded import calls, concurrent, in_process
from benchmarks.sdk.wheel import wheel

OF_THE_CLIENT: Mapping[Measure, Callable[[Bench], list[Figure]]] = {
    Measure.IMPORT: imports,
    Measure.CALL: calls,
    Measure.CONCURRENT: concurrent,
    Measure.IN_PROCESS: in_process,
    Measure.WHEEL: wheel,
    Measure.TYPES: types,
}
