"""One request and its answer as a recording keeps them, without secrets; and the request made of it again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import orjson

from commerce_contract import Contract, Operation, Schema
from commerce_mock import body, credentials
from commerce_mock.emitting import recordable
from commerce_mock.journal import Entry
from commerce_mock.keys import SigningKey
from commerce_mock.problems import Problem
from commerce_mock.reading import LONG_BODY
from commerce_mock.routing import decode
from commerce_mock.standins import StandIns
from commerce_mock.store.memory import State
from commerce_mock.wire import Request, Response

if TYPE_CHECKING:
    from commerce_mock.world import World

# The headers that make a difference, besides those that an operation declares.
_HEADERS: Final = ("content-type", "idempotency-key", "x-request-id", "traceparent", "prefer", "x-mock-fault")
_MEASURED: Final = "server-timing"
_BAD: Final = ("%zz", "%ff", "%00")  # an escape that is broken, that is no UTF-8, that hides a NUL
_METRICS: Final = "metrics"  # how long requests took is measured, so this answer is never the same


def asked(world: "World", request: Request, entry: Entry, standins: StandIns, before: State) -> dict[str, Any]:
    """A request without its secrets; `before` is the world's state when it came."""
    operation = world.behaviour.contract.operations.get(entry.operation or "")
    content: dict[str, Any] = {"service": request.service, "method": request.method, "path": request.path}
    if request.query:
        content["query"] = _query(request.query.decode("latin-1"), operation, standins)
    declared = [p.name.lower() for p in operation.parameters if p.place == "header"] if operation else []
    names = dict.fromkeys([*_HEADERS, *declared])
    headers = {
        name: request.headers[name.encode()].decode("latin-1") for name in names if name.encode() in request.headers
    }
    if headers:
        content["headers"] = headers
    authorization = request.headers.get(b"authorization")
    if authorization is not None and (operation is None or operation.secured):
        content["authorization"] = credentials.told(authorization, world.settings.key)
    if request.body and operation is not None and operation.body is not None:
        keep = partial(recordable, operation, world.behaviour)
        content |= _body(request, operation.body.schema, keep, standins, _issued(before, request.path))
    return content


def again(content: Mapping[str, Any], key: SigningKey) -> Request:
    """The request that a recording keeps; its token is signed anew."""
    headers = {name.encode(): text.encode("latin-1") for name, text in content.get("headers", {}).items()}
    if "authorization" in content:
        headers[b"authorization"] = credentials.made(content["authorization"], key)
    raw = content["text"].encode("latin-1") if "text" in content else b""
    if "body" in content:
        raw = orjson.dumps(content["body"]).ljust(content.get("size", 0))
    query = content.get("query", "").encode("latin-1")
    return Request(content["method"], content["path"], query, headers, raw, content["service"])


def answered(response: Response, entry: Entry, contract: Contract) -> dict[str, Any]:
    """An answer: its JSON where that is written to the same bytes again, else its text."""
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    headers.pop(_MEASURED, None)
    content: dict[str, Any] = {"status": response.status, "headers": headers}
    if entry.fault is not None:
        content["fault"] = entry.fault
    operation = contract.operations.get(entry.operation or "")
    if operation is not None and operation.name.rpartition(".")[2] == _METRICS:
        content["measured"] = True
    elif response.body:
        value = _json(response.body)
        content |= {"text": response.body.decode("latin-1")} if value is None else {"body": value}
    return content


def _query(raw: str, operation: Operation | None, standins: StandIns) -> str:
    """A query string with a stand-in for whatever the operation has no parameter for: only its name is looked at."""
    known = {p.name for p in operation.parameters if p.place == "query"} if operation is not None else set()
    parts = [part.partition("=") for part in raw.split("&")]
    return "&".join(
        f"{name}{equals}{text if name in known else _unknown(text, standins)}" for name, equals, text in parts
    )


def _unknown(text: str, standins: StandIns) -> str:
    """A value without what it says; one that is refused is refused for the same reason."""
    try:
        return quote(standins.text(decode(text.replace("+", " ")))) if text else text
    except Problem as problem:
        return next(bad for bad in _BAD if _refused(bad) == problem.detail)


def _refused(text: str) -> str | None:
    try:
        decode(text)
    except Problem as problem:
        return problem.detail
    return None


def _body(
    request: Request, schema: Schema, keep: Callable[[Any], Any], standins: StandIns, issued: frozenset[str]
) -> dict[str, Any]:
    try:
        value = keep(body.parse(request.body))
    except Problem as problem:
        text = standins.malformed(request.body.decode("latin-1"))
        if _complaint(text) == (problem.code, problem.detail):
            return {"text": text}
        return {"left_out": "its body is no JSON, and may hold a secret"}
    hidden = standins.body(schema, value, issued)
    # Of a long body only the first error is told: it stays as long as it was.
    is_long = len(request.body) > LONG_BODY
    return {"body": hidden, "size": len(request.body)} if is_long else {"body": hidden}


def _complaint(text: str) -> tuple[str, str | None] | None:
    try:
        body.parse(text.encode("latin-1"))
    except Problem as problem:
        return problem.code, problem.detail
    return None


def _json(raw: bytes) -> Any:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if orjson.dumps(value) == raw else None


def _issued(state: State, path: str) -> frozenset[str]:
    """What the mock itself made up for the resources in a path, such as a token that it mailed: no secret here."""
    tables = [table for name, table in state.items() if "/" not in name]
    rows = (table.get(key) for table in tables for key in path.split("/"))
    return frozenset(
        value
        for row in rows
        if row is not None and row[3] is not None
        for value in orjson.loads(row[3]).values()
        if isinstance(value, str)
    )
