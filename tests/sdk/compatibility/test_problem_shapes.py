"""However a failure is told, on whatever operation: the class of its status, and all that was said."""

import pickle
from http import HTTPStatus
from typing import Final

import anyio
import pytest

from commerce_sdk import ApiError, AsyncCommerce, Commerce, Order, Page, _json
from commerce_sdk._errors import BadResponseError
from commerce_sdk._message import Request, Response
from harness.platform import contract
from sdk.compatibility.calls import OPERATIONS, arguments, method
from sdk.compatibility.new_problems import class_of
from sdk.scripted import AsyncScriptedTransport, ScriptedClock, ScriptedTransport

# Of each shape: media type, body, the code (none that is documented) and the words that are to be found in it.
Shape = tuple[str | None, bytes, str | None, str | None]
SHAPES: Final[dict[str, Shape]] = {
    "RFC 9457": (
        "application/problem+json",
        b'{"type":"about:blank","title":"T","status":1,"detail":"too late","code":"NEW_1","balance":30.10}',
        "NEW_1",
        "too late",
    ),
    "RFC 9457 without code": ("application/problem+json", b'{"title":"Late"}', None, "Late"),
    "RFC 9457 of odd types": (
        "application/problem+json; charset=utf-8",
        b'{"type":7,"title":[],"status":"x","detail":{"a":1},"code":4711,"errors":"none","instance":null}',
        "4711",
        None,
    ),
    "FastAPI, one word": ("application/json", b'{"detail":"Not Found"}', None, "Not Found"),
    "FastAPI, places": (
        "application/json",
        b'{"detail":[{"loc":["body","items",0,"a/b"],"msg":"field required","type":"missing"},7,{"loc":1}]}',
        None,
        "field required",
    ),
    "an error word": ("application/json", b'{"error":"boom"}', None, "boom"),
    "an error object": ("application/json", b'{"error":{"code":"E7","message":"boom"}}', "E7", "boom"),
    "a message": ("application/json", b'{"message":"boom","code":"E8"}', "E8", "boom"),
    "HTML": ("text/html", b"<html><title>502 Bad\n Gateway</title><h1>nginx</h1></html>", None, "Gateway"),
    "HTML as JSON": ("application/json", b"<h1>down for repair</h1>", None, "down for repair"),
    "text": ("text/plain", b"upstream connect error", None, "upstream connect error"),
    "JSON as text": ("text/plain", b'{"code":"E9","detail":"d"}', "E9", "d"),
    "XML": ("application/xml", b"<Error><Code>Busy</Code></Error>", None, "Busy"),
    "nothing": (None, b"", None, None),
    "spaces": ("application/json", b"  \n", None, None),
    "null": ("application/json", b"null", None, None),
    "a list": ("application/json", b'["boom"]', None, None),
    "a word": ("application/json", b'"boom"', None, "boom"),
    "a number": ("application/json", b"12.50", None, None),
    "an empty object": ("application/json", b"{}", None, None),
    "cut short": ("application/problem+json", b'{"code":"ORDER_003","det', None, None),
    "NaN": ("application/json", b'{"code":"E1","detail":NaN}', None, None),
    "not UTF-8": ("application/json", b'{"detail":"\xff\xfe"}', None, None),
    "UTF-8 with a mark": ("application/json", b'\xef\xbb\xbf{"code":"E2"}', None, None),
    "deep": ("application/json", b"[" * 5000 + b"]" * 5000, None, None),
    "long": ("text/plain", b"x" * 100_000, None, "xxx"),
    "a media type that is none": ("???", b'{"code":"E3"}', "E3", None),
}
STATUSES: Final = (300, 304, 400, 401, 402, 403, 404, 405, 409, 410, 415, 418, 422, 429, 451, 499, 500, 503, 520, 599)


def _answer(shape: Shape, status: int) -> Response:
    headers = {"x-request-id": "req-7", **({"content-type": shape[0]} if shape[0] else {})}
    return Response(status, headers, shape[1])


def _examine(error: ApiError, name: str, shape: Shape, status: int) -> None:
    _, body, code, words = shape
    assert (error.operation, error.status, error.code, error.request_id) == (name, status, code, "req-7")
    assert type(error) is class_of(status)
    text = str(error)
    assert name in text
    assert str(status) in text
    assert len(text) < 1000
    assert words is None or words in text or any(words in each.message for each in error.errors)
    assert bool(error.raw is None) == (not body.strip() or body == b"null")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (str(copy), copy.raw, type(copy)) == (text, error.raw, type(error))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_operation_reads_every_shape_under_every_status(shape: Shape) -> None:
    for name in OPERATIONS:
        given = arguments(name)
        transport = ScriptedTransport(*(_answer(shape, status) for status in STATUSES))
        client = Commerce(transport=transport, clock=ScriptedClock(), max_retries=0, token="t-1")
        for status in STATUSES:
            with pytest.raises(ApiError) as raised:
                method(client, name)(**given)
            _examine(raised.value, name, shape, status)


def test_async_clients_read_them_alike() -> None:
    async def call(name: str, shape: Shape) -> None:
        transport = AsyncScriptedTransport(_answer(shape, 422))
        client = AsyncCommerce(transport=transport, clock=ScriptedClock(), max_retries=0, token="t-1")
        with pytest.raises(ApiError) as raised:
            await method(client, name)(**arguments(name))
        _examine(raised.value, name, shape, 422)

    async def call_all() -> None:
        for name in OPERATIONS:
            for shape in SHAPES.values():
                await call(name, shape)

    anyio.run(call_all)


def test_everything_that_a_problem_says_is_kept() -> None:
    transport = ScriptedTransport(_answer(SHAPES["RFC 9457"], 404), _answer(SHAPES["FastAPI, places"], 422))
    client = Commerce(transport=transport, max_retries=0, token="t-1")
    with pytest.raises(ApiError) as raised:
        client.orders.get("order-1")
    assert _json.encode(raised.value.raw) == SHAPES["RFC 9457"][1]
    with pytest.raises(ApiError) as raised:
        client.orders.get("order-1")
    assert [(each.pointer, each.message) for each in raised.value.errors] == [("/items/0/a~1b", "field required")]


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 207, 226])
def test_every_status_of_success_is_one(status: int) -> None:
    def answer(_: Request) -> Response:
        return Response(status, {"content-type": "application/vnd.commerce.v2+json"}, page)

    page = b'{"orders":[],"total":0,"limit":10,"offset":0,"next":null}'
    client = Commerce(transport=ScriptedTransport(answer), token="t-1")
    listed: Page[Order] = client.orders.list_for_user("u-1")
    assert list(listed) == []


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "text"])
def test_a_success_that_is_none_of_ours_is_a_bad_response(shape: str) -> None:
    answering = [name for name in OPERATIONS if contract().operations[name].success.media_type == "application/json"]
    assert len(answering) > 15
    for name in answering:
        client = Commerce(transport=ScriptedTransport(_answer(SHAPES[shape], 200)), max_retries=0, token="t-1")
        with pytest.raises(BadResponseError) as raised:
            method(client, name)(**arguments(name))
        assert raised.value.status == HTTPStatus.OK
        assert raised.value.operation == name
