"""How much of the contract a run of tests has exercised, told at its end; also of a run that xdist divides."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import pytest

from commerce_testing import options

if TYPE_CHECKING:
    from commerce_mock.coverage import Counts
    from commerce_mock.engine import Engine

FLAG: Final = "--commerce-coverage"
OPTION: Final = "commerce_coverage"
_NAME: Final = "commerce-coverage"
_OUTPUT: Final = "commerce_coverage"  # under which a worker of xdist hands over what it counted


def declare(parser: pytest.Parser) -> None:
    """Let pytest know the option and its ini form."""
    told = "tell how much of the contract was exercised; with a number, fail where it is less (percent)"
    group = parser.getgroup("commerce", "the commerce platform's mock")
    group.addoption(FLAG, nargs="?", const="0", default=None, metavar="PERCENT", help=told)
    parser.addini(OPTION, told, type="string", default="")


def install(config: pytest.Config) -> None:
    """Count, where the run is asked to. Raises `UsageError` for what is no percentage."""
    given = config.getoption(FLAG)
    said = str(config.getini(OPTION) if given is None else given).strip()
    if not said:
        return
    try:
        least = float(said)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 100:  # noqa: PLR2004 - a percentage
        raise pytest.UsageError(f"{FLAG} {said}: give a number from 0 to 100, or none")
    config.pluginmanager.register(CoverageReport(config, least), _NAME)


def note(config: pytest.Config, engine: "Engine") -> None:
    """Add what a test has exercised, in all worlds of its mock."""
    report: CoverageReport | None = config.pluginmanager.get_plugin(_NAME)
    if report is not None:
        from commerce_mock.coverage import of_all  # noqa: PLC0415 - imported where it is wanted

        report.add(of_all(engine.worlds))


class CoverageReport:
    """Lives as long as the run, in each of its processes. `least` is the percentage under which the run fails."""

    def __init__(self, config: pytest.Config, least: float) -> None:
        self._config = config
        self._least = least
        self._counts: dict[tuple[str, ...], int] = {}
        self._told: dict[str, Any] | None = None

    def add(self, counts: "Counts") -> None:
        """Add what was counted somewhere."""
        for key, number in counts.items():
            self._counts[key] = self._counts.get(key, 0) + number

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands over what it counted; whoever has it all judges."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            # As plain text: xdist hands over nothing else.
            output[_OUTPUT] = [[*map(str, key), number] for key, number in self._counts.items()]
            return
        if self._counts:
            self._told = self._coverage()
            if self._told["percent"] < self._least and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker has counted."""
        handed: Iterable[list[Any]] = getattr(node, "workeroutput", {}).get(_OUTPUT, ())
        for *key, number in handed:
            self._counts[tuple(key)] = self._counts.get(tuple(key), 0) + number

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell it."""
        told = self._told
        terminalreporter.section("contract coverage")
        if told is None:
            terminalreporter.write_line("No test has exercised the mock of commerce_mock.")
            return
        from commerce_mock.coverage_text import missing, table  # noqa: PLC0415 - imported where it is wanted

        for line in table(told):
            terminalreporter.write_line(line)
        if self._config.getoption("verbose") > 0:
            terminalreporter.write_line("")
            for line in ("Not exercised", *missing(told)):
                terminalreporter.write_line(line)
        if told["percent"] < self._least:
            said = f"{told['percent']:.1f} % of the contract were exercised, fewer than {self._least:g} %"
            terminalreporter.write_line(said, red=True)

    def _coverage(self) -> dict[str, Any]:
        from commerce_contract import load  # noqa: PLC0415 - imported where it is wanted
        from commerce_mock.coverage import Counts, report  # noqa: PLC0415 - the same

        return report(load(options.contract_directory(self._config)), Counts(self._counts))
