"""What no log may tell: the caller's token and the values of `writeOnly` properties, taken out of a failure's text."""

import traceback
from collections.abc import Iterator
from typing import Any

import orjson

from commerce_contract import Operation, Schema
from commerce_mock.wire import Request

HIDDEN = "***"


def failure(error: BaseException, request: Request, operation: Operation | None) -> str:
    """The traceback of a rule's failure without the request's secrets, which a message such as a KeyError's repeats."""
    text = "".join(traceback.format_exception(error))
    for secret in sorted(set(_secrets(request, operation)), key=len, reverse=True):
        for form in {secret, repr(secret)[1:-1], repr(secret.encode())[2:-1], orjson.dumps(secret).decode()[1:-1]}:
            text = text.replace(form, HIDDEN)
    return text


def _secrets(request: Request, operation: Operation | None) -> Iterator[str]:
    token = request.headers.get(b"authorization", b"").rpartition(b" ")[2]
    if token:
        yield token.decode("latin-1")
    if operation is None or operation.body is None:
        return
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return
    yield from _write_only(operation.body.schema, body)


def _write_only(schema: Schema, value: Any) -> Iterator[str]:
    if isinstance(value, list) and schema.items is not None:
        for item in value:
            yield from _write_only(schema.items, item)
    if isinstance(value, dict):
        for name, part in schema.properties.items():
            found = value.get(name)
            if part.write_only and isinstance(found, str | int | float) and str(found):
                yield str(found)
            yield from _write_only(part, found)
