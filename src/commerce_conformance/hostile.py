"""Requests that no client of good will sends: each is one that has brought some service down."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from commerce_conformance.session import filled
from commerce_contract import Operation


@dataclass(frozen=True, slots=True)
class Shot:
    """One hostile request of an operation; lives as long as it is tried.

    `kind` says what is wrong with it: `a NUL in /email`. `judged` where the operation's own answers are for it, and not
    only those of the server in front. `refused` where no service may take it.
    """

    kind: str
    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    judged: bool = False
    refused: bool = False


_DEEP: Final = 10_000
_NOT_JSON: Final[Mapping[str, bytes]] = {
    "an empty body": b"",
    "a word as a body": b"hello",
    "a body that is cut short": b'{"a": "b',
    "a body that ends in a comma": b'{"a":1,}',
    "a body with a second value behind": b"{} {}",
    "a body that is no UTF-8": b'{"a": "\xff\xfe"}',
    "a body that is UTF-16": '{"a": 1}'.encode("utf-16"),
    "a body of arrays without an end": b"[" * _DEEP,
}
_ODD_BODIES: Final[Mapping[str, bytes]] = {
    "a body that is null": b"null",
    "a body that is a number": b"1",
    "a body that is a list": b"[]",
    "a body of nested arrays": b"[" * _DEEP + b"]" * _DEEP,
    "a body of nested objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a body with a key twice": b'{"a": 1, "a": 2}',
    "a body with a NUL as a key": b'{"\\u0000": 1}',
    "a body with a prototype": b'{"__proto__": {"a": 1}, "constructor": {"prototype": {"a": 1}}}',
    "a body with NaN": b'{"a": NaN}',
    "a number of 5000 digits": b'{"a": %b}' % (b"9" * 5000),
    "a byte order mark": b"\xef\xbb\xbf{}",
}
_IN_TEXTS: Final[Mapping[str, bytes]] = {
    "a NUL": b'"a\\u0000b"',
    "half a character": b'"\\ud800"',
    "20000 letters": b'"%b"' % (b"x" * 20_000),
    "signs of all scripts": json.dumps("\u202e\U0001f600\u0000\u0301\ufffe'\";--<b>{{7*7}}${7*7}").encode(),
}
_IN_NUMBERS: Final[Mapping[str, bytes]] = {
    "a number beyond all doubles": b"1e400",
    "the largest double": b"1.7976931348623157e308",
    "a number of 30 digits": b"1" + b"0" * 29,
    "a number below zero": b"-1",
}
_IN_PATHS: Final[Mapping[str, str]] = {
    "a NUL in the path": "%00",
    "a path that is no UTF-8": "%ff",
    "half a character in the path": "%ED%A0%80",
    "an escape that is none in the path": "%zz",
    "a path that ends in a percent sign": "%",
    "a path that leads out": "..%2f..%2f..%2fetc%2fpasswd",
    "a quote in the path": "'%20OR%20'1'%3D'1",
    "a line break in the path": "a%0d%0aset-cookie:%20a=b",
    "a number of 400 digits in the path": "9" * 400,
    "a path of 4000 letters": "a" * 4000,
}
_QUERIES: Final[Mapping[str, str]] = {
    "a query of 4000 letters": "a=" + "b" * 4000,
    "a query with a NUL": "a=%00",
    "a query that is no UTF-8": "a=%ff",
    "an escape that is none in the query": "a=%zz&%",
    "a query of many parameters": "&".join(f"a{number}=1" for number in range(200)),
    "a query with brackets": "a[b][c]=1&a[]=2&a[__proto__]=3",
}
_VALUES: Final = ("", "-1", "NaN", "1e9", "9" * 40, "%00", "[]", "\u0661")
_HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "a token of 6000 letters": {"authorization": "Bearer " + "a" * 6000},
    "a token of three parts that are none": {"authorization": "Bearer a.b.c"},
    "a media type that is none": {"accept": ";;;q=zzz,,", "content-type": ";"},
    "an encoding that the body has not": {"content-encoding": "gzip"},
    "a trace and a request id that are none": {"traceparent": "00-zz-zz-zz", "x-request-id": "x" * 2000},
    "a range and conditions": {"range": "bytes=9-1,-", "if-none-match": '"', "if-modified-since": "x"},
}


def shots(operation: Operation, key: str, body: Any) -> Iterator[Shot]:
    """Every hostile request for an operation on the resource of that key, by way of a body that it would take."""
    method, target = operation.method, filled(operation.path, [key] * operation.path.count("{"))
    content = None if body is None else orjson.dumps(body)
    sent = {} if content is None or operation.body is None else {"content-type": operation.body.media_type}
    for kind, headers in _HEADERS.items():
        yield Shot(kind, method, target, {**sent, **headers}, content)
    for kind, query in _QUERIES.items():
        yield Shot(kind, method, f"{target}?{query}", sent, content)
    for kind, part in _IN_PATHS.items() if "{" in operation.path else ():
        yield Shot(kind, method, _holding(operation, part), sent, content)
    for parameter in operation.parameters:
        for value in _VALUES if parameter.place == "query" else ():
            spelled = value if value.isascii() else "%D9%A1"
            yield Shot(f"{value[:20]!r} as {parameter.name}", method, f"{target}?{parameter.name}={spelled}")
    if content is not None:
        yield from (Shot(k, method, target, sent, each, True, True) for k, each in _NOT_JSON.items())  # noqa: FBT003 - the two flags of a shot
        yield from (Shot(k, method, target, sent, each, True) for k, each in _ODD_BODIES.items())  # noqa: FBT003 - as above
        yield from (Shot(k, method, target, sent, each, True) for k, each in _spoilt(body))  # noqa: FBT003 - as above


def _holding(operation: Operation, part: str) -> str:
    """The operation's path with a part that is spelled already in all of its places."""
    return "/".join(part if each.startswith("{") else each for each in operation.path.split("/"))


def _spoilt(body: Any) -> Iterator[tuple[str, bytes]]:
    """A body with each of its texts and numbers replaced by what may be too much for a service."""
    for place, value in _leaves(body):
        odd = _IN_TEXTS if isinstance(value, str) else _IN_NUMBERS
        for kind, text in odd.items():
            spoilt = orjson.dumps(_replaced(body, place, _HOLE)).replace(orjson.dumps(_HOLE), text)
            yield f"{kind} in /{'/'.join(map(str, place))}", spoilt


_HOLE: Final = "here-comes-something-else"
Place = tuple[str | int, ...]


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, (*place, name))
    elif isinstance(value, list):
        for index, each in enumerate(value[:1]):  # one of a list is as good as all
            yield from _leaves(each, (*place, index))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield place, value


def _replaced(value: Any, place: Place, new: Any) -> Any:
    if not place:
        return new
    first, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {name: _replaced(each, rest, new) if name == first else each for name, each in value.items()}
    return [_replaced(each, rest, new) if index == first else each for index, each in enumerate(value)]
