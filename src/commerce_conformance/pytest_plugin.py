"""The suite as pytest tests: `pytest --pyargs commerce_conformance --users-url …`, a test for each law and operation.

`pytest_entry` loads it only for a run that names the package. Options are named as those of `commerce-contract test`;
pytest has the reports. What cannot be reached is skipped with its reason, what a baseline accepts is an expected
failure. A law that judges the whole run comes last, and with xdist judges what its own worker has seen.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from commerce_conformance import baseline
from commerce_conformance.configuration import ConfigurationError
from commerce_conformance.law import Finding, Law, Verdict
from commerce_conformance.options import Told, pairs, settings_of
from commerce_conformance.probing import unreachable
from commerce_conformance.reports import text
from commerce_conformance.reports.redaction import redacted
from commerce_conformance.runner import Run, Suite
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Operation, load

FILE: Final = Path(__file__)  # the tests are this file's: `…/pytest_plugin.py::lifecycle[orders.cancel]`
_OPTIONS: Final[Mapping[str, str]] = {
    "events": "where they publish: redis://, amqp://, or a mock's http://",
    "jwt-secret": "signs tokens (HS256) for whoever is needed; also env:NAME",
    "token": "a token of one user, where there is no secret",
    "second-token": "a token of another user",
    "token-command": "prints a token for {user} and {role}",
    "only": "only these laws, with commas",
    "service": "only operations of these services, with commas",
    "profile": "strict, fastapi, express, gin: own refusals pass",
    "config": "conformance.toml; options win over it",
    "contract": "directory or document",
    "baseline": "known failures, expected until they are mended",
    "seed": "of generated requests",
    "examples": "generated requests an operation",
    "patience": "seconds for what comes by itself",
}
_KINDS: Final[Mapping[str, Any]] = {
    "config": Path, "contract": Path, "baseline": Path, "seed": int, "examples": int, "patience": float,
}  # fmt: skip
_SUITE: Final = pytest.StashKey["Tested"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options, with one for each service of the platform's own contract."""
    group = parser.getgroup("conformance", "whether services keep the contract")
    for service in load().services:
        group.addoption(f"--{service}-url", metavar="URL", help=f"where the service {service} is")
    group.addoption("--url", metavar="NAME=URL", action="append", default=[], help="a service of another contract")
    for name, told in _OPTIONS.items():
        group.addoption(f"--{name}", dest=_stored(name), type=_KINDS.get(name, str), help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what is wrong with the options, and services at which nobody answers, before anything is collected."""
    # Workers of xdist are told what the first process has found to be right.
    if not hasattr(config, "workerinput") and not config.option.help:
        suite = _tested(config).suite
        silent = {} if config.option.collectonly else unreachable(suite.session.contract, suite.settings.urls)
        if silent:
            raise pytest.UsageError("; ".join(f"{name} could not be reached: {why}" for name, why in silent.items()))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let all connections go."""
    tested = config.stash.get(_SUITE, None)
    if tested is not None:
        tested.suite.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the suite where this file is, and nothing of another."""
    return Conformance.from_parent(parent, path=file_path) if file_path == FILE else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the laws that judge a whole run come late, what breaks things last, whatever else was collected or moved."""
    items.sort(key=lambda item: (item.law.last, item.law.closing) if isinstance(item, Case) else (False, False))


class Conformance(pytest.File):
    """All laws on all operations that can be reached."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test a law and operation."""
        for law, operation in _tested(self.config).suite.cases:
            name = f"{law.name}[{operation.name}]"
            # pytest 9 reads the brackets of an id; --last-failed finds one again that was read as well.
            yield Case.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", law=law, operation=operation)


class Case(pytest.Item):
    """One law on one operation."""

    def __init__(self, *, law: Law, operation: Operation, **known: Any) -> None:
        super().__init__(**known)
        self.law = law
        self.operation = operation

    def runtest(self) -> None:
        """Test it; what does not hold is told by the whole finding."""
        if self.law.last and getattr(self.config, "workerinput", {}).get("workercount", 1) > 1:
            pytest.skip("it breaks what other workers test at the same time: run it without them, by -n 0")
        tested = _tested(self.config)
        finding = tested.suite.test(self.law, self.operation)
        compared = baseline.compare(Run((finding,), (), 0, 0.0), tested.known)
        (shown,) = redacted(compared.run, tested.suite.settings).findings
        if shown.verdict in (Verdict.FAILED, Verdict.BROKEN) or compared.mended:
            raise BreachError(shown, compared.mended)
        if shown.verdict is Verdict.KNOWN:
            pytest.xfail("a known failure")
        if shown.verdict is Verdict.UNREACHABLE:
            pytest.skip("; ".join(f"{reason}: {hook}" if hook else reason for reason, hook in shown.missing))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """The failure as the command tells it, without a traceback of the suite."""
        if isinstance(excinfo.value, BreachError):
            return text.told(excinfo.value.finding, self.law, excinfo.value.mended)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where pytest says that the test is."""
        return self.path, None, self.name


class BreachError(Exception):
    """A law that does not hold, or a known failure that is mended and still listed."""

    def __init__(self, finding: Finding, mended: tuple[str, ...]) -> None:
        super().__init__("; ".join([*(failure.message for failure in finding.failures), *mended]) or "the suite failed")
        self.finding = finding
        self.mended = mended


class Tested:
    """The suite of one process, and the failures that its baseline accepts; lives as long as pytest."""

    def __init__(self, config: pytest.Config) -> None:
        try:
            told = _told(config)
            contract, settings, accepted = settings_of(told)
            self.known = baseline.read(accepted) if accepted is not None else {}
            self.suite = Suite(contract, settings)  # its laws: what the other engine generates, the command runs
        except (ConfigurationError, baseline.BaselineError, UnreachableError) as error:
            raise pytest.UsageError(str(error)) from None


def _tested(config: pytest.Config) -> Tested:
    tested = config.stash.get(_SUITE, None)
    if tested is None:
        tested = config.stash[_SUITE] = Tested(config)
    return tested


def _told(config: pytest.Config) -> Told:
    urls = {service: config.getoption(f"{service}_url") for service in load().services}
    given = {name: config.getoption(_stored(name)) for name in _OPTIONS}
    return Told(
        urls={service: url for service, url in urls.items() if url} | pairs(config.getoption("url")),
        secret=given.pop("jwt-secret"),
        command=given.pop("token-command"),
        services=given.pop("service"),
        **{name.replace("-", "_"): value for name, value in given.items()},
    )


def _stored(name: str) -> str:
    """Where pytest keeps an option: apart from its own and those of other plugins."""
    return f"conformance_{name.replace('-', '_')}"
