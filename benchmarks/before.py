"""The mock as it was before it could be controlled: what worlds, versions, faults and the journal cost a request."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from benchmarks.compare import compare
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess
from benchmarks.routes import Routes
from benchmarks.sides import Mock

REVISION: Final = "bb504ff2854eee0136e53567af5e6fd5cb55f619"  # the last one without them
_ROOT: Final = Path(__file__).parents[1]
_PARTS: Final = ("src", "cli", "openapi", "asyncapi")
_START: Final = "import sys; sys.path[:0] = {paths!r}; from commerce_cli.mock import main; main()"


class Earlier(Mock):
    """The mock of another tree, with the libraries of this one."""

    name = "before"

    def __init__(self, routes: Routes, tree: Path) -> None:
        super().__init__(routes, ("--contract", str(tree)))
        self._start = _START.format(paths=[str(tree / "src"), str(tree / "cli")])

    def server(self, core: int | None, command: Sequence[str] = ()) -> ServerProcess:
        """Prepare its `serve` on free ports."""
        return super().server(core, command or (sys.executable, "-c", self._start))


def before(bench: Bench) -> list[Figure]:
    """Creates and reads of the mock against those of the earlier one, with nothing set on either."""
    tree = bench.files / "before"
    check_out(_ROOT, REVISION, tree)
    against = replace(bench, reference=Earlier(bench.routes, tree))
    return [
        figure
        for operation in (Measure.CREATE, Measure.READ)
        for figure in compare(against, operation, key=f"{Measure.BEFORE}.{operation}")
    ]


def check_out(repository: Path, revision: str, tree: Path) -> None:
    """Write what a revision has of the mock to a directory. Raises BenchmarkError where the repository lacks it."""
    command = ["git", "-C", str(repository), "archive", "--format=tar", revision, *_PARTS]
    try:
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own command
    except (OSError, subprocess.CalledProcessError) as error:
        told = error.stderr.decode(errors="replace") if isinstance(error, subprocess.CalledProcessError) else str(error)
        message = f"the mock of {revision[:7]} is not at hand, which takes git and a clone with its history: {told}"
        raise BenchmarkError(message.strip()) from None
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(tree, filter="data")
