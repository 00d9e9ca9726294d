"""The mock with its seams watched: `python -m benchmarks.watched FILE serve ...` is `commerce-mock serve ...`.

On SIGUSR2 it writes to FILE how many microseconds each layer took since the last time, as a JSON object.
"""

import gc
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import orjson

from benchmarks.failure import BenchmarkError
from benchmarks.stopwatch import Function, Stopwatch
from commerce_contract import Schema
from commerce_mock import behaviour, payload, reading
from commerce_mock.auth import Authenticator
from commerce_mock.engine import Engine
from commerce_mock.reading import Reader
from commerce_mock.routing import Routes
from commerce_mock.store.memory import MemoryTransaction
from commerce_mock.transaction import Transaction
from commerce_mock.world import World
from commerce_mock.writing import Writer

_VALIDATE = "validate (JSON Schema)"
# What the store does is one layer, however its verbs are named; a commit is told apart.
_VERBS = [name for name, kind in vars(MemoryTransaction).items() if callable(kind) and not name.startswith("_")]
# Layer, and the method whose time counts for it: without what the watched methods below it take.
SEAMS: tuple[tuple[str, type, str], ...] = (
    ("engine: lock, exchange", Engine, "respond"),
    ("route", Routes, "match"),
    ("authenticate", Authenticator, "authenticate"),
    ("read the request", Reader, "read"),
    (_VALIDATE, Schema, "is_valid"),
    ("rule and transaction", Engine, "_perform"),
    ("encode the resource", Transaction, "create"),
    ("make the event", Transaction, "emit"),
    ("reactions: the notification", World, "deliver"),
    ("write the answer", Writer, "write"),
    ("journal and metrics", Engine, "_finish"),
    *(("commit" if name == "commit" else "store: look up and index", MemoryTransaction, name) for name in _VERBS),
)
# Modules that compile validators for their hot path: what these take is validation too.
JUDGES: tuple[ModuleType, ...] = (behaviour, payload, reading)
COMPILE = "lean"


def watch_validators(stopwatch: Stopwatch) -> None:
    """Let every validator that the mock compiles from now on be watched."""
    for module in JUDGES:
        compile_validator = getattr(module, COMPILE)

        def compile_watched(*arguments: Any, _compile: Function = compile_validator, **named: Any) -> Function | None:
            validator = _compile(*arguments, **named)
            return None if validator is None else stopwatch.watch(_VALIDATE, validator)

        setattr(module, COMPILE, compile_watched)


def main() -> None:
    """Watch the seams, then run the command; lives as long as the process."""
    # Imported late, so that the seams can be looked at without the command.
    from commerce_cli.mock import main as run  # noqa: PLC0415

    file = Path(sys.argv.pop(1))
    stopwatch = Stopwatch()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        draft = file.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(stopwatch.take()))
        draft.replace(file)

    with ExitStack() as stack:
        for seam in SEAMS:
            stack.enter_context(stopwatch.watching(*seam))
        watch_validators(stopwatch)
        gc.callbacks.append(stopwatch.collector("garbage collector"))
        signal.signal(signal.SIGUSR2, tell)
        run()


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        raise SystemExit(f"benchmarks: {error}") from None
