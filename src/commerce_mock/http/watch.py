"""`--watch`: follow the documents' files and go on with what they say now, state and connections kept."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from commerce_contract import Contract, ContractError, load
from commerce_contract.discover import NoContractError, files_of
from commerce_mock.controls import with_controls
from commerce_mock.engine import Engine

CHECK = 1000  # milliseconds after which files are looked at, even if no change was notified (network drives)

TICK = 20_000_000  # nanoseconds by which a file's time may be behind the clock

Stamps = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Reloads an engine's contract; lives as long as the server.

    `source` is the directory or document to load, `since` when that was begun for the first time (nanoseconds since the
    epoch). `reloaded` is told which files changed and in how many seconds the new contract was in place, `refused` why
    the old one is still served.
    """

    engine: Engine
    source: Path
    since: int
    reloaded: Callable[[list[Path], float], None]
    refused: Callable[[Exception], None]

    async def run(self) -> None:
        """Watch until cancelled."""
        from watchfiles import awatch  # noqa: PLC0415 - only `--watch` pays for it

        # A file that was saved after the first loading began was read before that or after it: it counts as changed.
        stamps = {path: stamp for path, stamp in self._stamps().items() if stamp[0] < self.since - TICK}
        while True:
            directories = self._directories()
            # The stamps decide whether something changed: a change between two watches is not lost, and a file that
            # belongs to nobody is no change.
            changes = awatch(
                *directories,
                watch_filter=None,
                rust_timeout=CHECK,
                yield_on_timeout=True,
                debounce=200,
                recursive=False,
            )
            async for _ in changes:
                now = self._stamps()
                changed = [path for path in sorted(now.keys() | stamps.keys()) if now.get(path) != stamps.get(path)]
                if changed:
                    stamps = now
                    await self._reload(changed)
                if self._directories() != directories:
                    break

    async def _reload(self, changed: list[Path]) -> None:
        started = perf_counter()
        try:
            contract = await asyncio.to_thread(self._load)
            _check_services(self.engine.contract, contract)
            self.engine.replace_contract(contract)
        except (ContractError, LookupError, OSError) as error:
            self.refused(error)
        else:
            self.reloaded(changed, perf_counter() - started)

    def _load(self) -> Contract:
        return with_controls(load(self.source))

    def _directories(self) -> list[Path]:
        return sorted({path.parent for path in self.engine.contract.files if path.parent.is_dir()})

    def _stamps(self) -> Stamps:
        """When each document was last written, and its size: those of the contract, and new ones beside them."""
        try:
            present = files_of(self.source)[1]
        except NoContractError:
            present = ()
        return dict(_stamped({*self.engine.contract.files, *present}))


def _check_services(served: Contract, wanted: Contract) -> None:
    gone = served.services.keys() - wanted.services.keys()
    if gone:
        message = f"the service {', '.join(sorted(gone))} is gone: start the mock again to serve without it"
        raise LookupError(message)


def _stamped(paths: Iterable[Path]) -> Iterable[tuple[Path, tuple[int, int]]]:
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # deleted, or being replaced by an editor
            continue
        yield path, (status.st_mtime_ns, status.st_size)
