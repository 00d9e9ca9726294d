"""What every measure of a run shares: sizes, sides, paths, cores, a place for files, and a voice."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.load import Round, Traffic, replay
from benchmarks.plan import Plan
from benchmarks.process import ServerProcess
from benchmarks.routes import Routes
from benchmarks.sides import Side
from benchmarks.traffic import Owner, creates

_LONGEST_FILL_SECONDS = 20
_FIRST_FILL_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Bench:
    """One run; lives until its report is written.

    `say` tells progress, `files` is a directory that the run may fill. A core of None leaves its side free to move.
    """

    plan: Plan
    routes: Routes
    subject: Side
    reference: Side
    server_core: int | None
    load_core: int | None
    files: Path
    say: Callable[[str], None]
    _numbers: Iterator[int] = field(default_factory=count)

    def traffic(self, requests: Iterable[bytes]) -> Traffic:
        """Prepare requests for replaying."""
        return Traffic.write(self.files / f"traffic-{next(self._numbers)}", requests)

    def load(self, server: ServerProcess, traffic: Traffic, seconds: int) -> Round:
        """Load a server for a round."""
        return replay(server, traffic, seconds=seconds, connections=self.plan.connections, core=self.load_core)

    def fill(self, server: ServerProcess, owners: Sequence[Owner], orders: int) -> int:
        """Create at least `orders` orders, in slices of whole seconds; the number really created."""
        traffic = self.traffic(creates(self.routes.create, owners, self.plan.bodies))
        created, seconds = 0, _FIRST_FILL_SECONDS
        while created < orders:
            done = self.load(server, traffic, seconds)
            created += done.requests
            self.say(f"  {created:,} of {orders:,} orders, {done.throughput:,.0f} a second")
            seconds = int(min(_LONGEST_FILL_SECONDS, max(1, (orders - created) / done.throughput)))
        return created
