"""Contenders that take turns in one process, so that whatever disturbs the machine disturbs all of them."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time

_MICRO = 1_000_000

Batch = Callable[[], object]


@dataclass(slots=True)
class Taken:
    """Microseconds a call of one contender, one sample a round: by the wall clock, and of this process's processor."""

    elapsed: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def take_turns(contenders: Mapping[str, Batch], *, rounds: int, turns: int, calls: int) -> dict[str, Taken]:
    """Run every contender's batch of `calls` calls `turns` times a round, by turns; a sample is the mean of a round.

    The order is reversed every other turn, so that none always follows the same one. A round before the first warms up
    and is not counted. The collector stays on, as it is for whoever uses the client.
    """
    taken = {name: Taken() for name in contenders}
    order = list(contenders.items())
    for number in range(rounds + 1):
        gc.collect()
        elapsed = dict.fromkeys(contenders, 0.0)
        processor = dict.fromkeys(contenders, 0.0)
        for turn in range(turns):
            for name, batch in order if turn % 2 else reversed(order):
                worked, began = process_time(), perf_counter()
                batch()
                elapsed[name] += perf_counter() - began
                processor[name] += process_time() - worked
        for name in contenders if number else ():
            taken[name].elapsed.append(elapsed[name] / (turns * calls) * _MICRO)
            taken[name].processor.append(processor[name] / (turns * calls) * _MICRO)
    return taken
