"""Pages of the documentation as something to run: their console blocks, Python sessions and files."""

import doctest
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self
from unittest.mock import patch

from commerce_contract import load
from commerce_mock.controls import with_controls
from harness.command import BIN, serving
from harness.platform import contract

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r"`([\w./-]+\.\w+)`:\n+\Z")
_SERVES = re.compile(r"^(commerce-mock|make) serve\b")
REFUSAL = "commerce-mock: "
# What this machine has for our own tests, and whoever reads a page has not: to load it takes pytest longer than to run.
_NOT_INSTALLED = ("schemathesis", "hypothesispytest", "pytest_cov", "pyreqwest", "typeguard", "valkey")
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"


@dataclass(frozen=True, slots=True)
class Step:
    """A command that the page shows with what it prints; `line` is where in the page."""

    command: str
    prints: str
    line: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that the page shows in full, under a caption with its path."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Session:
    """What is typed into Python, with its answers; all sessions of a page are one. `line` is where in the page."""

    text: str
    line: int


def read(page: Path) -> Iterator[Step | Session | File]:
    """The steps, sessions and files of a page, in its order. A command starts with `$ ` and goes on with `> `."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        caption = _CAPTION.search(text, 0, found.start())
        if caption:
            yield File(caption[1], found[2])
        elif found[1] == "console":
            yield from _steps(found[2], text.count("\n", 0, found.start()) + 2)
        elif found[1] == "pycon":
            yield Session(found[2], text.count("\n", 0, found.start()) + 1)


def _steps(block: str, first: int) -> Iterator[Step]:
    command: list[str] = []
    prints: list[str] = []
    start = first
    for number, line in enumerate(block.splitlines(), first):
        if line.startswith("$ "):
            if command:
                yield Step("\n".join(command), "\n".join(prints), start)
            command, prints, start = [line[2:]], [], number
        elif line.startswith("> ") and not prints:
            command.append(line[2:])
        else:
            prints.append(line)
    if command:
        yield Step("\n".join(command), "\n".join(prints), start)


class Reader:
    """Somebody who types what a page shows, in one directory; lives as long as the page is read.

    `commerce-mock serve` (or `make serve`) starts a mock of its own with the flags shown, on free ports instead of
    those that the page names, and ends the one before. `brokers` says which broker is at an address that it names.
    """

    def __init__(self, directory: Path, *also: str, brokers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.directory = directory
        self.also = also
        self.brokers = brokers
        self.addresses: dict[str, str] = {}
        self.urls: dict[str, str] = {}
        self.exact = False
        self._names: dict[str, object] = {}
        self._mock = ExitStack()
        self._variables = directory / ".variables"
        self._variables.touch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._mock.close()

    def follow(self, step: Step | Session | File) -> str | None:
        """Do what a step says; what is otherwise than the page shows, None where it is as shown."""
        if isinstance(step, Session):
            return self.type(step)
        if isinstance(step, File):
            path = self.directory / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._with_addresses(self._real(step.text)), encoding="utf-8")
            return None
        starts = _SERVES.match(step.command) and not step.prints.startswith(REFUSAL)
        said = self.serve(step.command) if starts else self.run(step.command)
        if _pattern(step.prints, exact=self.exact).fullmatch(_squeezed(said)):
            return None
        return f"line {step.line}: $ {step.command}\n--- the page shows\n{step.prints}\n--- it prints\n{said}"

    def serve(self, command: str) -> str:
        """Start a mock; what it prints, with the addresses that the page knows."""
        self._mock.close()
        words = shlex.split(command)
        flags = shlex.split(words[2].removeprefix("ARGS=")) if words[0] == "make" and words[2:] else words[2:]
        self.exact = "--clock" in flags
        where = flags[flags.index("--contract") + 1] if "--contract" in flags else None
        services = with_controls(contract() if where is None else load(self.directory / where)).services
        flags = [*map(self._real, self._without_ports(flags)), *self.also]
        running = self._mock.enter_context(serving(*flags, services=list(services), cwd=self.directory))
        shown = {name: f"127.0.0.1:{service.port}" for name, service in services.items() if service.port}
        self.addresses = {address: running.urls[name].removeprefix("http://") for name, address in shown.items()}
        self.urls = {f"COMMERCE_{name.upper()}_URL": url for name, url in running.urls.items()}
        self.urls["COMMERCE_MOCK_URL"] = running.urls.get("admin", "")
        self.run(f"unset {' '.join(self.urls)}")  # what the shell remembers of the mock before
        printed = running.printed
        for address, real in (*self.addresses.items(), *self.brokers.items()):
            printed = printed.replace(real, address)
        return printed

    def type(self, session: Session) -> str | None:
        """Type a session into Python, with the variables that the shell has by now; what is otherwise than shown."""
        told: list[str] = []
        test = doctest.DocTestParser().get_doctest(session.text, self._names, "page", "page", session.line)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        exported = dict(
            line.split("=", 1) for line in self.run("env -0 | tr '\\n\\0' ' \\n'").splitlines() if "=" in line
        )
        with patch.dict(os.environ, {**exported, **self.urls}), chdir(self.directory):
            runner.run(test, out=told.append, clear_globs=False)
        self._names = test.globs
        return "".join(told) or None

    def run(self, command: str) -> str:
        """Type a command into the shell; what it prints on both streams. Variables last."""
        command = self._real(command)
        command = self._with_addresses(command)
        script = f". {self._variables}\n{command}\nstatus=$?\nexport -p > {self._variables}\nexit $status"
        environment = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "PYTEST_ADDOPTS": " ".join(f"-p no:{plugin}" for plugin in _NOT_INSTALLED),
            **self.urls,
        }
        done = subprocess.run(  # noqa: S603 - the commands of our own pages
            ["/bin/bash", "-c", f"set -a; {script}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.directory,
            env=environment,
            timeout=60,
        )
        said = done.stdout.replace(f"{self.directory}/", "")
        for address, real in (*self.addresses.items(), *self.brokers.items()):
            said = said.replace(real, address)
        return said

    def _real(self, text: str) -> str:
        """Text with the brokers that there are instead of those that the page names."""
        for address, real in self.brokers.items():
            text = text.replace(address, real)
        return text

    def _with_addresses(self, text: str) -> str:
        """What the page says, with the addresses that the mock really has."""
        for address, real in self.addresses.items():
            text = re.sub(rf"(?:127\.0\.0\.1|localhost):{address.rpartition(':')[2]}\b", real, text)
        return text

    @staticmethod
    def _without_ports(flags: list[str]) -> list[str]:
        """The flags without `--port`: the page's ports may be taken on the machine that tests it."""
        ports = {index for index, flag in enumerate(flags) if flag == "--port"}
        return [flag for index, flag in enumerate(flags) if index not in ports and index - 1 not in ports]


def _squeezed(text: str) -> str:
    """Text without white space: pages lay out the JSON that the mock prints on one line."""
    return re.sub(r"\s+", "", text)


def _pattern(shown: str, *, exact: bool) -> re.Pattern[str]:
    """What a page shows as a pattern: `…` stands for anything, a moment for any where the clock is real."""
    parts = [re.escape(part) for part in _squeezed(shown).split("…")]
    pattern = ".*".join(parts)
    return re.compile(pattern if exact else re.sub(_ESCAPED_MOMENT, lambda _: _MOMENT, pattern), re.DOTALL)


_ESCAPED_MOMENT = re.compile(r"\d{4}\\-\d\d\\-\d\dT\d\d:\d\d:\d\d(?:\\\.\d+)?Z")
