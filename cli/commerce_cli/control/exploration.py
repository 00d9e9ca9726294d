"""What `commerce-mock events explore` does: a mock, its schedule, a command, again and again."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import typer

from commerce_cli.control.call import Target, send, told
from commerce_cli.loading import choose_scenario, load_contract
from commerce_cli.running import RefusedError
from commerce_mock import schedule_files
from commerce_mock.engine import Engine
from commerce_mock.exploring import Exploration, Plan, Ran, explore
from commerce_mock.scenario import ScenarioError
from commerce_mock.settings import Settings
from commerce_testing.listener import Listener
from commerce_testing.mock import NOBODY, SERVICE
from commerce_testing.schedules import BOUND_VARIABLE, counted

_UNASKED: Final = (
    "note: the command asked no service of this mock, which it finds by COMMERCE_MOCK_URL and the like; "
    "tests with the fixture `commerce_mock` were run under the schedules of their own worlds"
)
_TAIL: Final = 60  # lines of the failing run's output
_EVERY: Final = 10  # schedules between two lines of progress where nobody sees a bar
_LONGEST: Final = 60  # characters of a file's name


@dataclass(frozen=True, slots=True)
class Wanted:
    """The arguments of the command, as given."""

    command: tuple[str, ...]
    bound: int
    deviations: int | None
    write: Path | None
    replay: Path | None
    scenario: str | None
    seed: int
    contract: Path | None
    url: str | None
    world: str | None
    admin_token: str | None = field(repr=False)


def explored(wanted: Wanted) -> int:
    """Explore or replay; the exit code. Raises RefusedError."""
    saved = None if wanted.replay is None else _read(wanted.replay)
    with _mock(wanted) as target:
        runner = _Runner(wanted.command, target, {BOUND_VARIABLE: str(wanted.bound)} if saved is None else {})
        return _explore(wanted, runner) if saved is None else _replay(saved, runner)


class _Runner:
    """Runs the command under a schedule in a fresh world; lives as long as the command that does so.

    `asked` says whether what it ran has ever asked the mock.
    """

    def __init__(self, command: Sequence[str], target: Target, variables: Mapping[str, str]) -> None:
        self.asked = False
        self._command = command
        self._target = target
        self._environment = {**os.environ, **self._places(), **variables}

    def __call__(self, plan: Plan) -> Ran:
        """One run of many, of which nobody sees the output yet."""
        body = {"deviations": [each._asdict() for each in plan.deviations], "asleep": sorted(plan.asleep)}
        return self.run(body, captured=True)

    def run(self, schedule: Mapping[str, Any], *, captured: bool) -> Ran:
        """Run it once; what it printed, where that is captured, is the run's `what`. Raises RefusedError."""
        self._ask("POST", "/__admin/reset")
        self._ask("PUT", "/__admin/schedule", schedule)
        output = subprocess.PIPE if captured else None
        try:
            done = subprocess.run(  # noqa: S603 - it is what the user wants to run
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if captured else None,
                check=False,
            )
        except OSError as error:
            raise RefusedError(f"{self._command[0]}: {error.strerror}") from None
        trace = self._ask("DELETE", "/__admin/schedule")
        self.asked |= trace["requests"] > 0
        return Ran(done.returncode != 0, trace, (done.stdout or b"").decode(errors="replace"))

    def _places(self) -> dict[str, str]:
        """The variables with which the command finds the mock, and a service's token."""
        services = self._ask("GET", "/__admin/services")["services"]
        urls = {f"COMMERCE_{each['name'].upper()}_URL": each["url"] for each in services if each.get("url")}
        places = {**urls, "COMMERCE_MOCK_URL": self._target.url}
        if self._target.world is not None:
            places["COMMERCE_MOCK_WORLD"] = self._target.world
        issued = self._ask("POST", "/__admin/tokens", {"user_id": NOBODY, "role": SERVICE})
        return {**places, "COMMERCE_TOKEN": issued["token"]}

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = {"method": method, "url": self._target.url.rstrip("/") + path}
        answer = send(request if body is None else {**request, "json": body}, self._target)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise RefusedError(told(answer))
        return answer.json() if answer.content else None


def _explore(wanted: Wanted, runner: _Runner) -> int:
    with _progress(wanted.bound) as told_of:
        found = explore(runner, bound=wanted.bound, deviations=wanted.deviations, told=told_of)
    if not runner.asked:
        typer.echo(_UNASKED, err=True)
        if found.failure is not None:
            _echo_end(found.failure.what)
            return 1
    if found.failure is None:
        typer.echo(f"passed under {counted(found)}")
        return 0
    _tell_failure(wanted, found, found.failure)
    return 1


def _tell_failure(wanted: Wanted, found: Exploration, failure: Ran) -> None:
    """Print what fails, and write the file that replays it. Raises RefusedError."""
    _echo_end(failure.what)
    if not failure.deviations:
        typer.echo("fails already where all deliveries come at once")
        return
    typer.echo(f"fails under this schedule, the shortest of {found.runs} that were run:")
    for line in schedule_files.story(failure.trace):
        typer.echo(f"  {line}")
    command = " ".join(wanted.command)
    name = re.sub(r"[^\w.-]+", "-", command, flags=re.ASCII).strip("-")[-_LONGEST:]
    path = wanted.write or Path(f"schedule-{name}.json")
    try:
        schedule_files.write(path, command, failure.trace, failure.deviations)
    except OSError as error:
        raise RefusedError(f"--write {path}: {error.strerror}") from None
    typer.echo(f"replay it: commerce-mock events explore --replay {path} -- {command}")


def _echo_end(output: str) -> None:
    """Print the last lines of what the failing run printed."""
    for line in output.splitlines()[-_TAIL:]:
        typer.echo(line)


def _replay(saved: schedule_files.Saved, runner: _Runner) -> int:
    ran = runner.run(
        {"deviations": [each._asdict() for each in saved.deviations], "patience": saved.patience}, captured=False
    )
    for note in saved.differences(ran.trace):
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"{'fails' if ran.failed else 'passed'} under this schedule:")
    for line in schedule_files.story(ran.trace):
        typer.echo(f"  {line}")
    return int(ran.failed)


def _read(path: Path) -> schedule_files.Saved:
    try:
        return schedule_files.read(path)
    except schedule_files.ScheduleFileError as error:
        raise RefusedError(f"--replay {error}") from None


@contextmanager
def _mock(wanted: Wanted) -> Iterator[Target]:
    """The mock that runs already, else one on free ports for as long as it is needed. Raises RefusedError."""
    if wanted.url is not None:
        yield Target(wanted.url, wanted.world, wanted.admin_token)
        return
    contract = load_contract(wanted.contract)
    scenario = choose_scenario(wanted.scenario, contract)
    try:
        # A payment that takes its time would fall between requests now here, now there.
        engine = Engine(contract, Settings(seed=wanted.seed, payment_delay="immediate"), scenario)
    except (ScenarioError, LookupError) as error:
        raise RefusedError(str(error)) from None
    listener = Listener(engine)
    listener.start()
    listener.play(engine)
    try:
        yield Target(listener.gateway, wanted.world, None)
    finally:
        listener.stop()


@contextmanager
def _progress(bound: int) -> Iterator[Any]:
    """What is told of how far it is: a bar on a terminal, else a line now and then."""
    if not sys.stderr.isatty():

        def line(runs: int, known: int) -> None:
            if runs % _EVERY == 0:
                typer.echo(f"{runs} schedules passed, {min(known, bound)} known", err=True)

        yield line
        return
    with typer.progressbar(length=bound, label="schedules", file=sys.stderr) as bar:

        def step(_: int, known: int) -> None:
            bar.length = max(1, min(known, bound))
            bar.update(1)

        yield step
