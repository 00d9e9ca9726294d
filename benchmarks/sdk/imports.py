"""What it takes to import the client and to make its first call, in processes that have imported nothing yet."""

import re
import sys
from collections.abc import Callable, Mapping
from subprocess import CompletedProcess

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure, Spread
from benchmarks.orders import place
from benchmarks.sdk.worker import run

_MILLI = 1_000
PEERS = ("httpx", "stripe", "openai")
STATEMENTS: Mapping[str, str] = {
    "sdk": "import commerce_sdk",
    "class": "from commerce_sdk import Commerce",
    **{peer: f"import {peer}" for peer in PEERS},
}
# What must not come with the client before a call needs it.
HEAVY = ("asyncio", "httpx", "pydantic")
# Cumulative microseconds and name of a module that no other one imported: one space before the name, not more.
_TOP = re.compile(r"^import time: +\d+ \| +(\d+) \| (\S+)$", re.MULTILINE)
_SITE = "site"

Ended = CompletedProcess[str]


def importing(output: str) -> float:
    """Milliseconds of all that was imported after the interpreter's start, from what `-X importtime` wrote."""
    names = [(name, int(cumulative)) for cumulative, name in _TOP.findall(output)]
    after = [cumulative for number, (_, cumulative) in enumerate(names) if (_SITE in dict(names[:number]))]
    if not after:
        message = f"-X importtime tells of no import after {_SITE}; it wrote:\n{output[-2000:]}"
        raise BenchmarkError(message)
    return sum(after) / _MILLI


def imports(bench: Bench) -> list[Figure]:
    """Import the client and its peers by turns, and make the first call by turns with bare httpx."""
    commands = {name: ["-X", "importtime", "-c", text] for name, text in STATEMENTS.items()}
    spent = _by_turns(bench, "import", commands, lambda ended: importing(ended.stderr))
    first = _first_calls(bench)
    sdk = spent["sdk"]
    return [
        Figure("sdk.import.time", "import commerce_sdk", "ms", sdk),
        *(Figure(f"sdk.import.{peer}", f"import commerce_sdk, {peer}", "ms", sdk, spent[peer]) for peer in PEERS),
        Figure(
            "sdk.import.heavy",
            f"with {', '.join(HEAVY[:-1])} or {HEAVY[-1]}",
            "",
            Spread.of([heavy(bench, "commerce_sdk")]),
        ),
        Figure("sdk.import.class", STATEMENTS["class"], "ms", spent["class"]),
        Figure("sdk.import.call", "import and first call, httpx", "ms", first["typed"], first["bare"]),
    ]


def heavy(bench: Bench, module: str) -> int:
    """How many of the heavy modules come with a module."""
    program = f"import {module}, sys; print(sum(name in sys.modules for name in {HEAVY!r}))"
    return int(run([sys.executable, "-c", program], bench.load_core).stdout)


def _first_calls(bench: Bench) -> dict[str, Spread]:
    with bench.reference.server(bench.server_core) as server:
        (order,) = place(server, bench.routes, bench.reference.owners(server, 1), 1)
        url = f"http://127.0.0.1:{server.port}"
        commands = {side: ["-m", "benchmarks.sdk.first_call", side, url, order.path] for side in ("typed", "bare")}
        return _by_turns(bench, "first call", commands, lambda ended: float(ended.stdout))


def _by_turns(
    bench: Bench, what: str, commands: Mapping[str, list[str]], read: Callable[[Ended], float]
) -> dict[str, Spread]:
    """Run each program of the interpreter in turn; the first round may compile bytecode and is not counted."""
    samples: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(bench.plan.imports + 1):
        for name, command in commands.items():
            taken = read(run([sys.executable, *command], bench.load_core))
            if number:
                samples[name].append(taken)
        if number:
            told = ", ".join(f"{name} {taken[-1]:.1f} ms" for name, taken in samples.items())
            bench.say(f"{what} {number}/{bench.plan.imports}: {told}")
    return {name: Spread.of(taken) for name, taken in samples.items()}
