"""`python -m benchmarks`: run the measures, show and write the results, and judge the gates.

Exit code 0: all measured gates pass; 1: a gate fails; 2: the benchmark could not run.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.awake import awake
from benchmarks.before import before
from benchmarks.bench import Bench
from benchmarks.compare import compare
from benchmarks.controls import controls
from benchmarks.events.measures import OF_EVENTS
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.gates import judge
from benchmarks.layers import Layer, layers
from benchmarks.load import wrk
from benchmarks.machine import machine
from benchmarks.plan import FULL, QUICK, Measure, Plan
from benchmarks.process import cores, require_linux
from benchmarks.report import Report, show, write
from benchmarks.routes import contract_routes
from benchmarks.sdk.measures import OF_THE_CLIENT
from benchmarks.sides import Floor, Mock, Side
from benchmarks.startup import startup
from benchmarks.storage import memory, stored

# The table is not cut where the output is a file or a narrow terminal.
_TABLE_WIDTH = 160
RESULTS = Path(__file__).with_name("results")
MEASURES: dict[Measure, Callable[[Bench], list[Figure]]] = {
    Measure.CREATE: lambda bench: compare(bench, Measure.CREATE),
    Measure.READ: lambda bench: compare(bench, Measure.READ),
    Measure.BEFORE: before,
    Measure.STARTUP: startup,
    Measure.MEMORY: memory,
    Measure.STORED: stored,
    Measure.CONTROLS: controls,
    **OF_EVENTS,
    **OF_THE_CLIENT,
}
OF_THE_FLOOR = (Measure.CREATE, Measure.READ, Measure.STARTUP)


def run(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes, about a minute: shows that it works.")] = False,
    only: Annotated[list[Measure] | None, typer.Option(help="Only this measure; repeat for several.")] = None,
    self_check: Annotated[
        bool, typer.Option("--self", help="Set the floor against itself: how far ratios stray from 1 is the noise.")
    ] = False,
    results: Annotated[Path, typer.Option(help="Directory for the results.", file_okay=False)] = RESULTS,
) -> None:
    """Compare the mock with a bare server and the client with bare httpx, side by side, and judge the ratios."""
    told = Console(stderr=True)
    possible = OF_THE_FLOOR if self_check else tuple(Measure)
    wanted = tuple(only or possible)
    if unknown := [measure for measure in wanted if measure not in possible]:
        message = f"with --self only {', '.join(possible)}: the floor has no {', '.join(unknown)}"
        raise typer.BadParameter(message, param_hint="--only")
    try:
        report = _measure(QUICK if quick else FULL, wanted, self_check=self_check, told=told)
        written = write(report, results)
    except BenchmarkError as error:
        told.print(f"benchmarks: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None
    console = Console()
    console.width = max(console.width, _TABLE_WIDTH)
    show(report, console)
    console.print(f"written: {', '.join(file.name for file in written)}")
    if report.failed:
        console.print(f"gates missed: {', '.join(report.failed)}", style="bold red")
        raise typer.Exit(1)


def _measure(plan: Plan, wanted: Sequence[Measure], *, self_check: bool, told: Console) -> Report:
    require_linux()
    if set(wanted) - set(OF_THE_CLIENT):
        wrk()
    routes = contract_routes()
    floor = Floor(routes)
    subject: Side = floor if self_check else Mock(routes)
    server_core, load_core = cores()
    if server_core is None:
        told.print("this machine gives one core: server and load share it, and the ratios are worth less")
    figures: list[Figure] = []
    costs: list[Layer] = []
    with awake() as polls, tempfile.TemporaryDirectory() as directory:
        bench = Bench(
            plan=plan,
            routes=routes,
            subject=subject,
            reference=floor,
            server_core=server_core,
            load_core=load_core,
            files=Path(directory),
            say=lambda line: told.print(line, markup=False, highlight=False),
        )
        for measure in (measure for measure in Measure if measure in wanted):
            if measure is Measure.LAYERS:
                costs = layers(bench)
            else:
                figures += MEASURES[measure](bench)
    return Report(
        plan=plan,
        when=datetime.now(UTC),
        sides=(subject.name, floor.name),
        machine={**machine(), "idle cores": "poll" if polls else "sleep"},
        figures=figures,
        judgements=judge(figures),
        layers=costs,
    )


def main() -> None:
    """Run the command line; lives as long as the process."""
    typer.run(run)


if __name__ == "__main__":
    main()
