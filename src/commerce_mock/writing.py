"""`operation.write`: a rule's result as the bytes that leave, checked against the contract."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from commerce_contract import Action, Operation, Response
from commerce_mock.call import Answer, Result
from commerce_mock.stored import Stored
from commerce_mock.transaction import Breach
from commerce_mock.wire import Header

_PLAIN = re.compile(r"[A-Za-z0-9._~-]+").fullmatch  # quoting leaves these as they are, but slowly

Written = tuple[int, list[Header], bytes]


class Writer:
    """Writes answers of one operation; compiled once, lives as long as the contract."""

    def __init__(self, operation: Operation, read_path: str | None) -> None:
        self.operation = operation
        success = operation.success
        schema, resource = success.schema, operation.resource
        self._status = success.status
        self._media: Header = (b"content-type", (success.media_type or "application/json").encode())
        # A stored resource was checked when it was stored: where the answer has that schema, its bytes go out as is.
        self._as_stored = schema is not None and resource is not None and schema.uri == resource.schema.uri
        self._shown = tuple(schema.properties) if schema is not None else ()
        self._located = operation.action is Action.CREATE and read_path is not None and read_path.count("{") == 1
        self._location = (read_path or "").partition("{")[0]

    def write(self, result: Result) -> Written:
        """Status, headers and body. Raises Breach where the contract does not declare such an answer."""
        if type(result) is not Stored:
            return self._answer(result)  # type: ignore[arg-type] # Result is Stored or Answer
        if self._as_stored:
            body = result.row[0]
        else:
            value = {name: result.value[name] for name in self._shown if name in result.value}
            body = _checked(self.operation, self.operation.success, value)
        if self._located:
            key = result.key
            location = self._location + (key if _PLAIN(key) else quote(key, safe=""))
            return self._status, [self._media, (b"location", location.encode())], body
        return self._status, [self._media], body

    def _answer(self, answer: Answer) -> Written:
        status = answer.status or self._status
        response = self.operation.responses.get(status)
        if response is None:
            raise Breach(f"{self.operation.name} answered {status}, which it does not declare", ())
        headers = list(answer.headers.items())
        if response.media_type is None and answer.content is None:
            return status, headers, b""
        media_type = answer.media_type or response.media_type or "application/json"
        headers.append((b"content-type", media_type.encode()))
        if isinstance(answer.content, bytes):
            return status, headers, answer.content
        return status, headers, _checked(self.operation, response, answer.content)


def read_paths(operations: Iterable[Operation]) -> Mapping[str, str]:
    """The path that reads one resource, by collection: what `Location` says after a create."""
    return {o.resource.collection: o.path for o in operations if o.action is Action.READ and o.resource is not None}


def _checked(operation: Operation, response: Response, value: Any) -> bytes:
    schema = response.schema
    if schema is not None and not schema.is_valid(value):
        raise Breach(f"{operation.name} {response.status}", schema.errors(value))
    return orjson.dumps(value)
