"""`commerce-mock serve --events`: the outbox, and the relay that publishes what is in it."""

import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commerce_cli.running import RefusedError
from commerce_mock.engine import Engine

if TYPE_CHECKING:
    from commerce_mock.transports.brokers import Broker
    from commerce_mock.transports.outbox import FileOutbox

# What only a mock with brokers needs is imported where it is needed: `serve` has a budget for its start.


@dataclass(frozen=True, slots=True)
class Events:
    """Where a mock's events go; lives as long as the mock. `jobs` run beside its server, `lines` tell it to people."""

    jobs: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    lines: Sequence[str] = ()


def brokers(urls: Sequence[str], outbox: Path | None) -> "list[Broker]":
    """The brokers that `--events` names. Raises RefusedError, which shows nothing of a URL."""
    if not urls:
        if outbox is not None:
            raise RefusedError("--outbox: it keeps what goes to brokers, and there are none: give --events URL as well")
        return []
    if sys.platform == "win32":
        raise RefusedError("--events: it needs Linux or macOS")
    from commerce_mock.transports.brokers import BrokerRefusedError, chosen  # noqa: PLC0415 - see above

    try:
        return chosen(urls)
    except BrokerRefusedError as error:
        message = f"--events: {error}"
        raise RefusedError(message) from None


@contextmanager
def publishing(
    wanted: "Sequence[Broker]", directory: Path | None, engine: Engine, *, as_json: bool
) -> Iterator[Events]:
    """Let all events of a mock go to brokers; nothing where there are none. Raises RefusedError."""
    if not wanted:
        yield Events()
        return
    from commerce_mock.transports.home import default_directory  # noqa: PLC0415 - see above
    from commerce_mock.transports.supervising import Supervisor  # noqa: PLC0415 - see above

    names = sorted(each.name for each in wanted)
    place = directory or default_directory(f"outbox-{sha256(' '.join(names).encode()).hexdigest()[:8]}")
    outbox = _opened(place, wanted, engine)
    try:
        supervisor = Supervisor(outbox, wanted, engine, as_json=as_json)
        engine.world.outbox = outbox
        engine.worlds.brokers = supervisor.report
        yield Events((supervisor.run, supervisor.prepare), _lines(place, supervisor.report()))
    finally:
        outbox.close()


def _opened(place: Path, wanted: "Sequence[Broker]", engine: Engine) -> "FileOutbox":
    from commerce_mock.transports.home import Home, OutboxUnusableError  # noqa: PLC0415 - see above
    from commerce_mock.transports.outbox import FileOutbox  # noqa: PLC0415 - see above
    from commerce_mock.transports.progress import begin  # noqa: PLC0415 - see above

    try:
        outbox = FileOutbox(Home.open(place), engine.worlds)
        with ExitStack() as failing:
            failing.callback(outbox.close)
            for each in wanted:
                begin(place, each.name, outbox.position)
            failing.pop_all()
    except OutboxUnusableError as error:
        message = f"--outbox {error}, such as --outbox ./outbox"
        raise RefusedError(message) from None
    except OSError as error:
        message = f"--outbox {place}: {error.strerror}"
        raise RefusedError(message) from None
    return outbox


def _lines(place: Path, report: Any) -> list[str]:
    lines = []
    for each in report["brokers"]:
        waiting = f", where {each['pending']} wait for it" if each["pending"] else ""
        lines.append(f"Events go to {each['url']}, by way of {place}{waiting}")
    return lines
