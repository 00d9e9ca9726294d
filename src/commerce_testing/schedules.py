"""Tests under every legal delivery schedule: run again and again, reported once, and replayed from a file.

`pytest_runtest_protocol` is where a test is run; there it is run as often as there are schedules, each time with fresh
fixtures of its own and a fresh world.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from commerce_mock.exploring import Exploration, Plan, Ran
    from commerce_mock.schedule_files import Saved
    from commerce_testing.mock import CommerceMock

# Everything of the mock is imported in functions: the plugin imports this module in every project.

MARKER: Final = "commerce_schedules"
OPTION: Final = "--commerce-schedule"
BOUND_VARIABLE: Final = "COMMERCE_SCHEDULES"
"""Set to a bound, it marks every test that uses the mock: `commerce-mock events explore -- pytest` sets it."""
_FIXTURE: Final = "commerce_mock"
_PLAN: Final = pytest.StashKey["Plan | Saved"]()
_TRACE: Final = pytest.StashKey[Mapping[str, Any]]()
_TELLS: Final = pytest.StashKey[Callable[[], dict[str, Any]]]()
_SAVED: "Final[pytest.StashKey[Saved]]" = pytest.StashKey()
_LONGEST: Final = 120  # characters of a file's name
_TITLE: Final = "commerce schedules"
_INTERRUPTS: Final = (KeyboardInterrupt, pytest.exit.Exception)


def declare(parser: pytest.Parser) -> None:
    """Let pytest know the option."""
    group = parser.getgroup("commerce")
    group.addoption(OPTION, metavar="FILE", help="run tests under the delivery schedule of a file, once each")


def install(config: pytest.Config) -> None:
    """Declare the marker, and read the file that is to be replayed. Raises `UsageError`."""
    says = "run the test under every legal delivery schedule; so many at most, with at most so many deviations"
    config.addinivalue_line("markers", f"{MARKER}(bound, deviations): {says}")
    given = config.getoption(OPTION)
    if given is None:
        return
    from commerce_mock import schedule_files  # noqa: PLC0415 - see the top of this file

    try:
        config.stash[_SAVED] = schedule_files.read(config.invocation_params.dir / str(given))
    except schedule_files.ScheduleFileError as error:
        raise pytest.UsageError(f"{OPTION} {error}") from None


def limits(item: pytest.Item) -> dict[str, int] | None:
    """The bounds that a test's marker gives, None for a test without one. Raises `UsageError`."""
    marker = item.get_closest_marker(MARKER)
    uses = _FIXTURE in getattr(item, "fixturenames", ())
    if marker is None:
        given = os.environ.get(BOUND_VARIABLE, "")
        return {"bound": int(given)} if uses and given.isdecimal() and int(given) else None
    where = f"{item.nodeid}: the marker {MARKER}"
    if not uses:
        raise pytest.UsageError(f"{where} is for tests that use the fixture {_FIXTURE}, or one that is made of it")
    if marker.args:
        raise pytest.UsageError(f"{where} takes keywords only: bound, deviations")
    for name, value in marker.kwargs.items():
        if name not in {"bound", "deviations"}:
            raise pytest.UsageError(f"{where} has no {name!r}: it takes bound, deviations")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise pytest.UsageError(f"{where}: {name} is a number from 1 on, not {value!r}")
    return dict(marker.kwargs)


@contextmanager
def scheduled(item: pytest.Item, mock: "CommerceMock") -> Iterator[None]:
    """Let the test's world have the schedule that the test is to be run under; what it chose stays with the test."""
    plan = item.stash.get(_PLAN, item.config.stash.get(_SAVED, None))
    if plan is None:
        yield
        return
    from commerce_mock.schedules import Schedule, told  # noqa: PLC0415 - see the top of this file

    world = mock.engine.world
    schedule = Schedule(plan.deviations, patience=plan.patience, asleep=plan.asleep)
    world.schedule = schedule
    tells: Callable[[], dict[str, Any]] = partial(told, world, schedule)
    item.stash[_TELLS] = tells
    yield
    with world.lock:
        schedule.all_come(world)
        world.schedule = None
        item.stash[_TRACE] = told(world, schedule)
    del item.stash[_TELLS]


def protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a marked test as often as there are schedules, and report it once; None where it is not for us."""
    if _SAVED in item.config.stash:
        return None
    try:
        bounds = limits(item)
    except pytest.UsageError:  # said at the collection already, but for workers of xdist
        return None
    if bounds is None:
        return None
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in _explored(item, nextitem, bounds):
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def status(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """How the terminal calls a test that passed under many schedules."""
    told = getattr(report, "commerce_schedules", None)
    return (report.outcome, ".", f"PASSED under {told}") if told and report.passed and report.when == "call" else None


def explain(item: pytest.Item, report: pytest.TestReport) -> None:
    """Say in the report of a replayed test what came in which order."""
    saved = item.config.stash.get(_SAVED, None)
    tells = item.stash.get(_TELLS, None)
    if saved is None or tells is None or report.when != "call":
        return
    from commerce_mock.schedule_files import story  # noqa: PLC0415 - see the top of this file

    trace = tells()
    lines = [*(f"note: {each}" for each in saved.differences(trace)), *story(trace)]
    report.sections.append((_TITLE, "\n".join(lines)))


def _explored(item: pytest.Item, nextitem: pytest.Item | None, bounds: Mapping[str, int]) -> list[pytest.TestReport]:
    from commerce_mock.exploring import BOUND, Ran, explore  # noqa: PLC0415 - see the top of this file

    latest: list[pytest.TestReport] = []
    untold = {"points": [], "missed": [], "redundant": False, "requests": 0}

    def run(plan: "Plan") -> "Ran":
        item.stash[_PLAN] = plan
        item.stash[_TRACE] = untold
        # Everything that is the test's alone is torn down each time, and nothing else: as if its module went on.
        latest[:] = runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type] # of it only the chain of its parents is asked for
        return Ran(any(report.failed for report in latest), item.stash[_TRACE], list(latest))

    try:
        found = explore(run, bound=bounds.get("bound", BOUND), deviations=bounds.get("deviations"))
    finally:
        if _PLAN in item.stash:
            del item.stash[_PLAN]
    reports = latest if found.failure is None else found.failure.what
    _tell(item, reports, found)
    return [*reports, *_torn_down(item, nextitem)]


def _torn_down(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[pytest.TestReport]:
    """Tear down what the next test does not share; a report where that fails."""
    state = item.session._setupstate  # noqa: SLF001 - the hook for it can be called once a run only
    call = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), "teardown", _INTERRUPTS)
    if call.excinfo is not None:
        yield item.ihook.pytest_runtest_makereport(item=item, call=call)


def _tell(item: pytest.Item, reports: list[pytest.TestReport], found: "Exploration") -> None:
    """Say in the reports what came of it."""
    if found.failure is None:
        for report in reports:
            if report.when == "call":
                report.commerce_schedules = counted(found)  # type: ignore[attr-defined] # xdist hands it over
                report.sections.append((_TITLE, f"passed under {counted(found)}"))
        return
    report = next(each for each in reports if each.failed)
    lines = [f"fails under the schedule below, the shortest of {found.runs} that were run"]
    if not found.failure.deviations:
        lines = ["fails already where all deliveries come at once"]
    else:
        lines += _kept(item, found.failure)
    report.sections.append((_TITLE, "\n".join(lines)))


def counted(found: "Exploration") -> str:
    """How many schedules there were, and whether that was all."""
    text = f"{found.distinct} schedule{'' if found.distinct == 1 else 's'}"
    text += ", and there are more" if found.cut else ""
    return text + (f"; {found.strayed} could not be followed" if found.strayed else "")


def _kept(item: pytest.Item, failure: "Ran") -> Iterator[str]:
    """The failure's story, and the file that replays it, once it is written."""
    from commerce_mock import schedule_files  # noqa: PLC0415 - see the top of this file

    yield from (f"  {line}" for line in schedule_files.story(failure.trace))
    name = re.sub(r"[^\w.-]+", "-", item.nodeid.rpartition("/")[2], flags=re.ASCII).strip("-")[-_LONGEST:]
    path = item.config.invocation_params.dir / f"schedule-{name}.json"
    try:
        schedule_files.write(path, item.nodeid, failure.trace, failure.deviations)
    except OSError as error:  # the failure matters more
        yield f"not written to {path.name}: {error.strerror}"
        return
    yield f"replay it: pytest {OPTION} {path.name} '{item.nodeid}'"
