"""`operation.read`: a request's parameters and body as the contract says, or every fault with its pointer."""

from collections.abc import Callable, Mapping
from functools import cached_property
from math import isfinite
from typing import Any

from commerce_contract import MISSING, Body, Operation, Parameter, SchemaError
from commerce_contract.lean import lean
from commerce_contract.pointer import join
from commerce_mock.auth import Caller
from commerce_mock.body import known, parse, whole
from commerce_mock.call import Call
from commerce_mock.problems import PointedError, Problem
from commerce_mock.routing import decode
from commerce_mock.wire import Request

LONG_BODY = 16 * 1024  # bytes; of a longer body only the first error is told
MOST_WARNINGS = 20
LONGEST_WARNING = 200
LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**64 - 1  # what orjson reads and writes as an integer


class Reader:
    """Reads requests of one operation; compiled once, lives as long as the contract."""

    def __init__(self, operation: Operation, *, strict: bool) -> None:
        self.operation = operation
        self._strict = strict
        self._parameters = {
            place: [_Parameter(parameter) for parameter in operation.parameters if parameter.place == place]
            for place in ("path", "query", "header")
        }
        self._checked_path = [p for p in self._parameters["path"] if not p.any_text]
        self._defaults = {p.name: p.default for p in self._parameters["query"] if p.has_default}
        self._query_required = any(p.required for p in self._parameters["query"])
        self._body = operation.body
        self._known = known(operation.body.schema) if operation.body else None
        self._media_type = operation.body.media_type.encode() if operation.body else b""
        # Of such an operation there is nothing to read but a query, where there is one.
        self._bare = not (self._checked_path or self._query_required or self._parameters["header"] or self._body)

    @cached_property
    def _knows(self) -> Callable[[Any], bool]:
        """Whether a body is valid and the contract knows all of it: one judgement for what is usual."""
        body = self._body
        return (lean(body.schema, closed=True) if body is not None else None) or _never

    def read(self, request: Request, path: dict[str, Any], caller: Caller) -> Call:
        """The call that a request makes. Raises Problem 400, 415 and 422, the last with one error for each fault."""
        if self._bare and not request.query:
            return Call(self.operation, path, self._defaults, None, caller, request)
        faults: list[PointedError] = []
        for parameter in self._checked_path:
            path[parameter.name] = parameter.read(path[parameter.name], faults)
        if request.query or self._query_required:
            query, unknown = self._read_query(request.query, faults)
        else:
            query, unknown = self._defaults, ()
        for parameter in self._parameters["header"]:
            parameter.read_header(request.headers, faults)
        body: Any = None
        errors: tuple[SchemaError, ...] = ()
        if self._body is not None and (request.body or self._body.required):
            body, errors, names = self._read_body(self._body, request)
            unknown = (*unknown, *names) if names else unknown
        if faults or errors or (unknown and self._strict):
            raise self._refusal(faults, errors, unknown if self._strict else ())
        return Call(self.operation, path, query, body, caller, request, _warnings(unknown) if unknown else unknown)

    def _read_body(self, declared: Body, request: Request) -> tuple[Any, tuple[SchemaError, ...], tuple[str, ...]]:
        """The body as far as the contract knows it, what is wrong with it, and what is not known."""
        media_type = request.headers.get(b"content-type", b"")
        if media_type != self._media_type:
            self._check_media_type(media_type)
        body = parse(request.body)
        if self._knows(body):
            return body, (), ()
        if not declared.schema.is_valid(body):
            # To list a million errors takes many seconds, in which no other request is answered.
            return body, declared.schema.errors(body, first=len(request.body) > LONG_BODY), ()
        if self._known is not None and not self._known.covers(body):
            known, names = self._known.prune(body)
            return known, (), names
        return body, (), ()

    def _read_query(self, raw: bytes, faults: list[PointedError]) -> tuple[dict[str, Any], tuple[str, ...]]:
        pairs = [part.partition("=") for part in raw.decode("latin-1").split("&") if part]
        given: dict[str, str] = {}
        for name, _, text in pairs:
            given[decode(name.replace("+", " "))] = decode(text.replace("+", " "))
        query = dict(self._defaults)
        for parameter in self._parameters["query"]:
            if parameter.name in given:
                query[parameter.name] = parameter.read(given.pop(parameter.name), faults)
            elif parameter.required:
                faults.append((parameter.pointer, "is required"))
        return query, tuple(join("/query", name) for name in given)

    def _check_media_type(self, media_type: bytes) -> None:
        name, _, rest = media_type.partition(b";")
        charset = rest.strip().lower().replace(b'"', b"")
        if name.strip().lower() != self._media_type or (charset and charset not in (b"charset=utf-8", b"charset=utf8")):
            raise Problem("UNSUPPORTED_MEDIA_TYPE", f"Send the body as {self._media_type.decode()} in UTF-8.")

    def _refusal(
        self, faults: list[PointedError], errors: tuple[SchemaError, ...], unknown: tuple[str, ...]
    ) -> Problem:
        declared = self.operation.problems
        code = next((error.code for error in errors if error.code and error.code in declared), "VALIDATION_ERROR")
        listed = [*faults, *((error.pointer, error.message) for error in errors)]
        listed += [(pointer, "is not in the contract (strict)") for pointer in unknown]
        return Problem(code, errors=tuple(listed))


def _warnings(unknown: tuple[str, ...]) -> tuple[str, ...]:
    """Pointers as a header and the journal can hold them, however many and long they are."""
    told = [pointer if len(pointer) <= LONGEST_WARNING else pointer[:LONGEST_WARNING] + "…" for pointer in unknown]
    rest = len(told) - MOST_WARNINGS
    return tuple(told) if rest <= 0 else (*told[:MOST_WARNINGS], f"and {rest} more")


class _Parameter:
    """One parameter with its conversion from text."""

    __slots__ = ("_convert", "_schema", "any_text", "default", "has_default", "name", "pointer", "required", "wire")

    def __init__(self, parameter: Parameter) -> None:
        schema = parameter.schema
        self.name = parameter.name
        self.wire = parameter.name.lower().encode()
        self.pointer = f"/{parameter.place}/{parameter.name}"
        self.required = parameter.required
        self.has_default = schema.default is not MISSING
        self.default = schema.default
        self._schema = schema
        self._convert = next((_CONVERSIONS[kind] for kind in schema.types if kind in _CONVERSIONS), None)
        self.any_text = self._convert is None and set(schema.node) <= _ANNOTATIONS

    def read_header(self, headers: Mapping[bytes, bytes], faults: list[PointedError]) -> None:
        text = headers.get(self.wire)
        if text is not None:
            self.read(text.decode("latin-1"), faults)
        elif self.required:
            faults.append((self.pointer, "is required"))

    def read(self, text: str, faults: list[PointedError]) -> Any:
        value: Any = text
        if self._convert is not None:
            try:
                value = self._convert(text)
            except (ValueError, KeyError):
                value = text
        if not self._schema.is_valid(value):
            faults.extend((self.pointer + error.pointer, error.message) for error in self._schema.errors(value))
        return value


def _never(_: Any) -> bool:
    return False


def _integer(text: str) -> float:
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise ValueError(text)
    value = int(text)
    # Beyond 64 bits the nearest double, as in a body: what is read must be the same, and can be written again.
    return value if LEAST_INTEGER <= value <= GREATEST_INTEGER else _number(text)


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return whole(value)


_ANNOTATIONS = {"type", "description", "title", "examples", "example", "default", "deprecated"}
_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": {"true": True, "false": False}.__getitem__,
    "array": lambda text: text.split(","),
}
