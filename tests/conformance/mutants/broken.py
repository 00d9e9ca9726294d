"""A mock with a fault in it: the few ways in which mutants change one."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import sleep
from typing import Any

import httpx
import orjson
import pytest

from commerce_contract import MISSING
from commerce_mock.auth import ANYONE, Caller
from commerce_mock.body import parse
from commerce_mock.call import Call, Rule
from commerce_mock.engine import Engine
from commerce_mock.problems import Problem
from commerce_mock.reading import Reader
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from harness.conforming import Rewriting
from harness.inside import inside

ADMIN = "admin"
WINDOW = 0.004  # seconds in which another request may come between a check and its write


@dataclass(slots=True)
class Answered:
    """An answer on its way out, to be changed in place. `operation` is empty where the request was of none."""

    request: httpx.Request
    operation: str
    status: int
    headers: dict[str, str]
    body: bytes
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.json = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            self.json = MISSING

    @property
    def code(self) -> str | None:
        """The problem's code."""
        return self.json.get("code") if isinstance(self.json, dict) else None


Change = Callable[[Answered], object]
Deny = Callable[[Transaction, Call], None]


class Broken:
    """A mock that a mutant breaks; lives as long as one run of the suite. `patch` is undone after it."""

    def __init__(self, engine: Engine, patch: pytest.MonkeyPatch) -> None:
        self.engine = engine
        self.patch = patch
        self._changes: list[tuple[frozenset[str], Change]] = []

    def answers(self, change: Change, *operations: str) -> None:
        """Change the answers to operations, all where none is named; the mock's own controls stay whole."""
        self._changes.append((frozenset(operations), change))

    def rule(self, operation: str, wrap: Callable[[Rule], Rule]) -> None:
        """Put another rule in the place of an operation's, which it is given."""
        handlers = self.engine.behaviour.handlers
        handlers[operation] = dataclasses.replace(handlers[operation], rule=wrap(handlers[operation].rule))

    def before(self, operation: str, act: Deny) -> None:
        """Do something before an operation's rule."""

        def wrap(rule: Rule) -> Rule:
            def acting(tx: Transaction, call: Call) -> Any:
                act(tx, call)
                return rule(tx, call)

            return acting

        self.rule(operation, wrap)

    def as_anybody(self, *operations: str) -> None:
        """Forget to ask whose it is, though who calls is known."""
        for operation in operations:

            def wrap(rule: Rule) -> Rule:
                return lambda tx, call: rule(tx, dataclasses.replace(call, caller=_all_powerful(call.caller)))

            self.rule(operation, wrap)

    def unsecured(self, *operations: str) -> None:
        """Forget to ask who calls."""
        handlers = self.engine.behaviour.handlers
        for operation in operations:
            handlers[operation] = dataclasses.replace(handlers[operation], secured=False)

    def recoded(self, operation: str, code: str, other: str) -> None:
        """Refuse with another code where the operation would refuse with this one."""

        def wrap(rule: Rule) -> Rule:
            def refusing(tx: Transaction, call: Call) -> Any:
                try:
                    return rule(tx, call)
                except Problem as problem:
                    problem.code = other if problem.code == code else problem.code
                    raise

            return refusing

        self.rule(operation, wrap)
        self._reads(operation, lambda reader: _Recoding(reader, code, other))

    def unchecked(self, operation: str, pointer: str, message: str = "", kind: Any = object) -> None:
        """Forget the check of a request that says `message` at `pointer` (regular expressions, of the whole pointer).

        Only what is of that type is taken.
        """
        self._reads(operation, lambda reader: _Unchecking(reader, re.compile(pointer), re.compile(message), kind))
        # What no request was checked for is stored and told as it is.
        self.patch.setattr(self.engine.behaviour, "judge", lambda *_: lambda _: True)

    def refuses(self, operation: str, pointer: str, when: Callable[[Call], bool]) -> None:
        """Refuse by mistake what the contract allows."""

        def deny(_: Transaction, call: Call) -> None:
            if when(call):
                raise Problem("VALIDATION_ERROR", errors=((pointer, "is not allowed"),))

        self._reads(operation, lambda reader: _Denying(reader, deny))

    def _reads(self, operation: str, wrap: Callable[[Any], Any]) -> None:
        handlers = self.engine.behaviour.handlers
        handlers[operation] = dataclasses.replace(handlers[operation], reader=wrap(handlers[operation].reader))

    def transports(self) -> Mapping[str, httpx.BaseTransport]:
        """What stands between suite and mock, by service."""
        return {name: self._transport(name, each) for name, each in inside(self.engine).items()}

    def _transport(self, service: str, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        if service == ADMIN or not self._changes:
            return inner
        return Rewriting(inner, lambda request, answer: self._rewritten(service, request, answer))

    def _rewritten(self, service: str, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        try:
            path = request.url.raw_path.partition(b"?")[0].decode("ascii")
            operation = self.engine.routes[service].match(request.method, path)[0].name
        except Problem:
            operation = ""
        told = Answered(request, operation, answer.status_code, dict(answer.headers), answer.content)
        for operations, change in self._changes:
            if not operations or operation in operations:
                before = orjson.dumps(told.json) if told.json is not MISSING else b""
                change(told)
                if told.json is not MISSING and orjson.dumps(told.json) != before:
                    told.body = orjson.dumps(told.json)
        told.headers.pop("content-length", None)
        return httpx.Response(told.status, headers=told.headers, content=told.body)


def window(tx: Transaction) -> None:
    """Let other requests run between a check and its write, as they do where no lock or constraint forbids it."""
    world = tx.world
    world.lock.release()
    sleep(WINDOW)
    world.lock.acquire()
    tx.store = world.store.begin()


def aside(tx: Transaction) -> Transaction:
    """Another transaction on the same state that is never committed: what was seen before the window."""
    return Transaction(tx.world, tx.now, tx.correlation_id, tx.traceparent)


def _all_powerful(caller: Caller) -> Caller:
    return Caller(caller.subject, ANYONE.role, caller.expires)


class _Wrapped:
    """A reader that does something else with what another one reads."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader


class _Recoding(_Wrapped):
    def __init__(self, reader: Reader, code: str, other: str) -> None:
        super().__init__(reader)
        self._code, self._other = code, other

    def read(self, request: Request, path: dict[str, Any], caller: Caller) -> Call:
        try:
            return self.reader.read(request, path, caller)
        except Problem as problem:
            problem.code = self._other if problem.code == self._code else problem.code
            raise


class _Unchecking(_Wrapped):
    def __init__(self, reader: Reader, pointer: re.Pattern[str], message: re.Pattern[str], kind: Any) -> None:
        super().__init__(reader)
        self._pointer, self._message, self._kind = pointer, message, kind
        self.operation = reader.operation

    def read(self, request: Request, path: dict[str, Any], caller: Caller) -> Call:
        try:
            return self.reader.read(request, dict(path), caller)
        except Problem as problem:
            body = parse(request.body) if request.body and problem.errors else None
            if not problem.errors or not self._ignores(problem.errors, body):
                raise
            return Call(self.operation, path, self._query(request), body, caller, request)

    def _ignores(self, errors: Iterable[tuple[str, str]], body: Any) -> bool:
        return all(
            self._pointer.fullmatch(at) and self._message.search(said) and isinstance(_at(body, at), self._kind)
            for at, said in errors
        )

    def _query(self, request: Request) -> dict[str, Any]:
        """The query as it is, numbers as numbers."""
        given = httpx.QueryParams(request.query.decode("latin-1"))
        texts = {p.name: p.schema.default for p in self.operation.parameters if p.schema.default is not MISSING}
        numbers = {name: int(text) if re.fullmatch(r"-?[0-9]+", text) else text for name, text in given.items()}
        return {**texts, **numbers}


def _at(body: Any, pointer: str) -> Any:
    """What stands at a pointer, None where nothing does."""
    for token in pointer.split("/")[1:]:
        if isinstance(body, list) and token.isdecimal() and int(token) < len(body):
            body = body[int(token)]
        else:
            body = body.get(token) if isinstance(body, dict) else None
    return body


class _Denying(_Wrapped):
    def __init__(self, reader: Reader, deny: Deny) -> None:
        super().__init__(reader)
        self._deny = deny

    def read(self, request: Request, path: dict[str, Any], caller: Caller) -> Call:
        call = self.reader.read(request, path, caller)
        self._deny(None, call)  # type: ignore[arg-type] # nothing is read yet
        return call
