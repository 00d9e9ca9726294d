"""Clients made of contracts, as packages that can be imported, and a wire that plays the service."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from commerce_cli.generate.build import build
from commerce_cli.generate.output import Output
from commerce_contract import load
from commerce_sdk._message import Request, Response

HERE = Path(__file__).parent
TESTS = HERE.parent
CONTRACTS: Mapping[str, Path] = {
    "trains": TESTS / "foreign" / "trains.yaml",
    "museum": TESTS / "foreign" / "museum.yaml",
    "pets": TESTS / "foreign" / "pets.yaml",
    "calendar_api": TESTS / "foreign" / "calendar.yaml",
    "notes_api": TESTS / "foreign" / "notes.json",
    "webhooks": TESTS / "foreign" / "webhooks.yaml",
    "animals": HERE / "documents" / "animals.yaml",
    "awkward": HERE / "documents" / "awkward.yaml",
    "circle": HERE / "documents" / "circle",
    "parcels": TESTS / "fifth_service" / "contract",
}


@dataclass
class Clients:
    """The packages of all contracts, each made when a test first asks for it, in a directory of the import path."""

    directory: Path
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def made(self, name: str) -> Path:
        """The directory of a package."""
        target = self.directory / f"client_of_{name}"
        if name not in self.notes:
            made = build(load(CONTRACTS[name]), "Shop", lambda _: None)
            Output(target, made.files, {}).write()
            self.notes[name] = made.left_out
        return target

    def package(self, name: str) -> Any:
        """The package, imported."""
        return self.module(name)

    def module(self, name: str, module: str = "") -> Any:
        """A module of the package, imported. Any, since nobody knows its names before it is made."""
        found: ModuleType = import_module(f"{self.made(name).name}{module and f'.{module}'}")
        return found


class Wire:
    """A transport that answers with these values in turn, and keeps the requests."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self._answers = list(answers)
        self._status = status
        self.requests: list[Request] = []

    def send(self, request: Request, /) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        return Response(self._status, {}, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    @property
    def sent(self) -> tuple[str, str, Any]:
        """Method, URL and decoded body of the last request; numbers with a fraction are exact."""
        last = self.requests[-1]
        body = None if last.body is None else json.loads(last.body, parse_float=Decimal)
        return last.method, last.url, body


class AsyncWire(Wire):
    """The same for `async`."""

    async def send(self, request: Request, /) -> Response:  # type: ignore[override]  # the async twin of the same method
        return super().send(request)
