"""Recordings of a test's world: one is written for a test that failed, and asked again wherever somebody looks."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from commerce_contract import Contract
    from commerce_mock.outcome import Outcome
    from commerce_mock.world import World
    from commerce_testing.mock import CommerceMock

# Everything of the mock is imported in functions: the plugin imports this module in every project.

OPTION: Final = "--commerce-bundles"
_RECORDED: Final = pytest.StashKey["Recorder"]()
_LONGEST: Final = 150  # characters of a file's name


class Recorder:
    """Records one world; lives as long as it. `stop` gives a bundle, which `replay` asks again."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def start(self) -> None:
        """Note from now on what the world is asked and says; what was noted before is forgotten."""
        from commerce_mock.recording import Recording  # noqa: PLC0415 - see the top of this file

        self._world.recording = Recording(self._world)

    def stop(self) -> dict[str, Any]:
        """What was noted, without secrets. Raises `RuntimeError` where nothing was started."""
        recording = self._world.recording
        if recording is None:
            raise RuntimeError("nothing is being recorded: call start() first")
        bundle = recording.bundle(version("commerce-sdk"))
        self._world.recording = None
        return bundle

    def write(self, path: Path) -> Path:
        """Stop, and write what was noted to a file; its path."""
        import orjson  # noqa: PLC0415 - see the top of this file

        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(self.stop(), option=orjson.OPT_INDENT_2) + b"\n")
        return path


def replay(bundle: Mapping[str, Any] | Path | str, contract: "Contract | None" = None) -> "Outcome":
    """Ask everything again that a bundle, or the file of one, has; `contract` is the platform's own without one.

    Raises `AssertionError` with the first place that is answered otherwise, `BundleError` where it cannot be replayed.
    """
    import orjson  # noqa: PLC0415 - see the top of this file

    from commerce_contract import load  # noqa: PLC0415 - see the top of this file
    from commerce_mock import replaying  # noqa: PLC0415 - see the top of this file

    content = bundle if isinstance(bundle, Mapping) else orjson.loads(Path(bundle).read_bytes())
    outcome = replaying.replay(content, contract or load())
    if outcome.difference is not None:
        where = f"request {outcome.number}, {outcome.request}" if outcome.number else "after the last request"
        raise AssertionError(f"{where}, {outcome.difference}")
    return outcome


# The plugin's part


def declare(parser: pytest.Parser) -> None:
    """Let pytest know the option."""
    group = parser.getgroup("commerce")
    group.addoption(OPTION, metavar="DIR", help="write a bundle of each failed test, for `commerce-mock replay`")


@contextmanager
def recorded(item: pytest.Item, mock: "CommerceMock") -> Iterator[None]:
    """Record a test's world while it runs, where the project asked for bundles."""
    if item.config.getoption(OPTION) is None:
        yield
        return
    item.stash[_RECORDED] = mock.recorder
    mock.recorder.start()
    yield
    del item.stash[_RECORDED]


def keep(item: pytest.Item, report: pytest.TestReport) -> None:
    """Write the bundle of a test that failed, and say in its report where it is."""
    recorder = item.stash.get(_RECORDED, None)
    if recorder is None or not report.failed:
        return
    directory = item.config.invocation_params.dir / str(item.config.getoption(OPTION))
    name = re.sub(r"[^\w.-]+", "-", item.nodeid, flags=re.ASCII).strip("-")[-_LONGEST:]
    try:
        path = recorder.write(directory / f"{name}.json")
    except (OSError, LookupError, RuntimeError) as error:  # the report of the failure matters more
        report.sections.append(("commerce bundle", f"not written: {error}"))
        return
    report.sections.append(("commerce bundle", f"commerce-mock replay {path}"))
