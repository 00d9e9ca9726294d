"""What no log may tell: the caller's token and `writeOnly` values, which an error's message may quote."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from commerce_contract import Operation, Schema
from commerce_mock.wire import Request

HIDDEN = "***"


def redacted(error: BaseException, request: Request, operation: Operation | None) -> Exception:
    """A stand-in for an error that a rule raised: its name, place and causes, its message without the secrets."""
    secrets = sorted(set(_secrets(request, operation)), key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in secrets:
            for form in {secret, repr(secret)[1:-1], repr(secret.encode())[2:-1], orjson.dumps(secret).decode()[1:-1]}:
                text = text.replace(form, HIDDEN)
        return text

    return _stand_in(error, hide)


def _stand_in(error: BaseException, hide: Callable[[str], str]) -> Exception:
    kind = type(error)
    made: Exception = type(kind.__name__, (Exception,), {"__module__": kind.__module__})(hide(str(error)))
    made.__traceback__ = error.__traceback__
    made.__cause__ = error.__cause__ and _stand_in(error.__cause__, hide)
    made.__context__ = error.__context__ and _stand_in(error.__context__, hide)
    made.__suppress_context__ = error.__suppress_context__
    return made


def _secrets(request: Request, operation: Operation | None) -> Iterator[str]:
    for name in (b"authorization", b"x-mock-admin-token"):
        token = request.headers.get(name, b"").rpartition(b" ")[2]
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
