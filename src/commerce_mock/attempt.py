"""A request that might be sent: how it would be answered, and its command for a shell."""

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from commerce_contract import Operation
from commerce_mock.auth import ANYONE, Caller
from commerce_mock.controls import PREFIX
from commerce_mock.secrecy import HIDDEN
from commerce_mock.transaction import Transaction
from commerce_mock.verifying import unlike
from commerce_mock.wire import Request
from commerce_mock.worlds import DEFAULT

if TYPE_CHECKING:
    from commerce_mock.behaviour import Handler

LINE = 60  # characters that fit beside `-d`
_PARAMETER = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request of one operation.

    `user` is whose token it carries, None for that of a service, which may do all; `token` is the shell's word for it.
    """

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    user: str | None
    token: str = "$TOKEN"  # noqa: S105 - the name of a variable of the shell

    @property
    def target(self) -> str:
        """Its path."""
        return _PARAMETER.sub(lambda found: quote(self.path[found[1]], safe=""), self.operation.path)

    def unlike(self, other: "Attempt", wrong: Collection[str] = ()) -> Iterator[str]:
        """Pointers to where it is otherwise than another request of the same operation, as far as that can be seen.

        Of what is hidden there only what is known to be `wrong` counts, or all where nothing else is otherwise.
        """
        for place in ("path", "query"):
            mine, others = getattr(self, place), getattr(other, place)
            yield from (f"/{place}/{name}" for name, value in mine.items() if others.get(name) != value)
        if self.token != other.token:
            yield "/header/Authorization"
        differences = list(unlike(self.body, other.body, "/body"))
        seen = [each for each in differences if each.actual != HIDDEN or each.pointer.removeprefix("/body") in wrong]
        yield from (difference.pointer for difference in seen or differences)


def trial(tx: Transaction, handler: "Handler", attempt: Attempt) -> int | None:
    """The status that it would be answered with now; None where it would be refused.

    Nothing of it stays: its transaction is never committed. The mock's own controls, which act outside of one, are only
    read, not tried.
    """
    operation, world = attempt.operation, tx.world
    if operation.service in world.down:
        return None
    caller = ANYONE if not handler.secured or attempt.user is None else Caller(attempt.user, "customer", ANYONE.expires)
    headers = {b"content-type": operation.body.media_type.encode()} if operation.body is not None else {}
    body = orjson.dumps(attempt.body) if attempt.body is not None else b""
    query = urlencode(attempt.query).encode()
    request = Request(operation.method, attempt.target, query, headers, body, operation.service)
    try:
        call = handler.reader.read(request, dict(attempt.path), caller)
        if operation.path.startswith(PREFIX):
            return None
        unkept = Transaction(world, tx.now, tx.correlation_id)
        return handler.writer.write(handler.rule(unkept, call))[0]
    except Exception:  # noqa: BLE001 - whatever a rule does with it, it is not answered with success
        return None


def curl(tx: Transaction, attempt: Attempt) -> str:
    """The command. It reads the caller's token from the shell's variable TOKEN, or makes that of another one."""
    operation, world = attempt.operation, tx.world
    service = world.behaviour.contract.services[operation.service]
    url = world.urls.get(operation.service) or f"http://localhost:{service.port}"
    query = f"?{urlencode(attempt.query)}" if attempt.query else ""
    method = "" if operation.method == "GET" else f"-X {operation.method} "
    words = [f"curl {method}{shlex.quote(f'{url}{attempt.target}{query}')}"]
    if world.name != DEFAULT:
        words.append(f"-H 'X-Mock-World: {world.name}'")
    if operation.secured:
        words.append(f'-H "Authorization: Bearer {attempt.token}"')
    if attempt.body is not None and operation.body is not None:
        media_type = f"Content-Type: {operation.body.media_type}"
        words += [f"-H {shlex.quote(media_type)}", f"-d {shlex.quote(_json(attempt.body))}"]
    return " \\\n  ".join(words)


def _json(value: Any) -> str:
    """On one line where it fits."""
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= LINE else json.dumps(value, ensure_ascii=False, indent=2)
