"""`operation.read`: parameters converted, bodies judged, every fault with its pointer."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from commerce_contract import load
from commerce_mock.auth import ANYONE
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.reading import LONG_BODY, LONGEST_WARNING, MOST_WARNINGS, Reader
from commerce_mock.wire import Request
from harness.platform import Platform, contract

DOCUMENT = """
openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things/{number}:
    post:
      operationId: things.make
      parameters:
        - {name: number, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: kinds, in: query, required: true, explode: false, schema: {type: array, items: {enum: [a, b]}}}
        - {name: ratio, in: query, schema: {type: number, maximum: 2}}
        - {name: deep, in: query, schema: {type: boolean, default: false}}
        - {name: word, in: query, schema: {type: string, maxLength: 3}}
        - {name: X-Level, in: header, required: true, schema: {type: integer, maximum: 5}}
      requestBody:
        required: false
        content:
          application/json:
            schema: {type: object, properties: {a: {type: integer}}}
      responses:
        '200':
          description: Made.
          content: {application/json: {schema: {type: object}, example: {}}}
"""
JSON = {b"content-type": b"application/json"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    path: Path = tmp_path_factory.mktemp("things") / "things.yaml"
    path.write_text(DOCUMENT)
    return Reader(load(path).operations["things.make"], strict=False)


def _read(
    reader: Reader, query: str = "kinds=a", number: str = "1", level: str | None = "1", body: bytes = b"", **more: bytes
) -> Call:
    headers = {} if level is None else {b"x-level": level.encode("latin-1")}
    headers |= {name.replace("_", "-").encode(): value for name, value in more.items()}
    return reader.read(Request("POST", "/x", query.encode(), headers, body), {"number": number}, ANYONE)


def _faults(reader: Reader, **request: Any) -> dict[str, str]:
    with pytest.raises(Problem) as caught:
        _read(reader, **request)
    assert caught.value.code == "VALIDATION_ERROR"
    return dict(caught.value.errors)


def test_parameters_are_converted_to_the_types_of_their_schemas_and_defaults_filled_in(reader: Reader) -> None:
    call = _read(reader, "kinds=a,b&ratio=0.5&word=x%2Cy&unused&a%2Fb~=1", number="12")
    assert call.path == {"number": 12}
    assert call.query == {"kinds": ["a", "b"], "ratio": 0.5, "deep": False, "word": "x,y"}
    assert call.warnings == ("/query/unused", "/query/a~1b~0")


@pytest.mark.parametrize("number", [2**64 - 1, 2**64, 10**300])
def test_a_long_integer_is_read_as_it_is_in_a_body(reader: Reader, number: int) -> None:
    call = _read(reader, number=str(number), body=b'{"a":%d}' % number, content_type=b"application/json")
    assert call.path["number"] == call.body["a"]
    assert type(call.path["number"]) is type(call.body["a"])
    assert orjson.loads(orjson.dumps(call.path)) == call.path


@pytest.mark.parametrize("digits", [310, 5_000])
def test_an_integer_that_no_double_is_near_is_refused(reader: Reader, digits: int) -> None:
    assert list(_faults(reader, number="9" * digits)) == ["/path/number"]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False)])
def test_a_boolean_is_true_or_false(reader: Reader, text: str, value: object) -> None:
    assert _read(reader, f"kinds=a&deep={text}").query["deep"] is value


@pytest.mark.parametrize(
    ("query", "word"),
    [("word=a+b", "a b"), ("word=a%2Bb", "a+b"), ("word=%C3%A9", "é"), ("word=a=b", "a=b"), ("word", "")],
)
def test_a_query_is_decoded_once(reader: Reader, query: str, word: str) -> None:
    assert _read(reader, f"&&kinds=a&{query}&").query["word"] == word


def test_a_name_may_be_encoded_and_the_last_of_several_counts(reader: Reader) -> None:
    assert _read(reader, "kinds=x&%6Binds=b").query["kinds"] == ["b"]


@pytest.mark.parametrize(
    ("request_", "pointer"),
    [
        ({"number": "0"}, "/path/number"),
        ({"number": "one"}, "/path/number"),
        ({"number": "1.0"}, "/path/number"),
        ({"query": ""}, "/query/kinds"),
        ({"query": "other=1"}, "/query/kinds"),
        ({"query": "kinds=a,c"}, "/query/kinds/1"),
        ({"query": "kinds=a&ratio=3"}, "/query/ratio"),
        ({"query": "kinds=a&ratio=nan"}, "/query/ratio"),
        ({"query": "kinds=a&ratio=inf"}, "/query/ratio"),
        ({"query": "kinds=a&ratio=x"}, "/query/ratio"),
        ({"query": "kinds=a&deep=True"}, "/query/deep"),
        ({"query": "kinds=a&deep=1"}, "/query/deep"),
        ({"query": "kinds=a&word=long"}, "/query/word"),
        ({"level": None}, "/header/X-Level"),
        ({"level": "6"}, "/header/X-Level"),
        ({"level": "\xb2"}, "/header/X-Level"),
    ],
)
def test_a_wrong_or_missing_parameter_is_pointed_at(reader: Reader, request_: dict[str, Any], pointer: str) -> None:
    assert list(_faults(reader, **request_)) == [pointer]


def test_all_faults_are_told_at_once_parameters_first(reader: Reader) -> None:
    faults = _faults(
        reader, query="ratio=x", number="x", level="x", body=b'{"a":"x"}', content_type=b"application/json"
    )
    assert list(faults) == ["/path/number", "/query/kinds", "/query/ratio", "/header/X-Level", "/a"]
    assert faults["/query/kinds"] == "is required"


def test_a_body_that_is_not_required_may_be_left_out_but_not_be_wrong(reader: Reader) -> None:
    assert _read(reader).body is None
    assert _read(reader, body=b'{"a":1,"b":2}', content_type=b"application/json").body == {"a": 1}
    assert _faults(reader, body=b'{"a":"x"}', content_type=b"application/json") == {"/a": "must be an integer"}


@pytest.mark.parametrize(
    "media_type",
    [
        b"application/json",
        b"application/json; charset=utf-8",
        b"Application/JSON;charset=UTF8",
        b'application/json; charset="utf-8"',
    ],
)
def test_json_in_utf_8_is_taken_however_it_is_named(reader: Reader, media_type: bytes) -> None:
    assert _read(reader, body=b"{}", content_type=media_type).body == {}


@pytest.mark.parametrize(
    "media_type", [b"", b"text/json", b"application/json; charset=utf-16", b"application/problem+json"]
)
def test_another_media_type_is_refused(reader: Reader, media_type: bytes) -> None:
    with pytest.raises(Problem) as caught:
        _read(reader, body=b"{}", content_type=media_type)
    assert caught.value.code == "UNSUPPORTED_MEDIA_TYPE"


def test_the_code_of_a_refusal_is_that_of_the_first_property_that_has_one() -> None:
    create = Reader(contract().operations["orders.create"], strict=False)
    for body, code in (
        ({"userId": "x", "items": []}, "ORDER_001"),
        ({"userId": "550e8400-e29b-41d4-a716-446655440001"}, "ORDER_002"),
        ({"userId": "550e8400-e29b-41d4-a716-446655440001", "items": [{}]}, "VALIDATION_ERROR"),
    ):
        with pytest.raises(Problem) as caught:
            create.read(Request("POST", "/x", headers=JSON, body=orjson.dumps(body)), {}, ANYONE)
        assert caught.value.code == code


def test_of_a_long_body_the_first_fault_is_told() -> None:
    create = Reader(contract().operations["orders.create"], strict=False)
    for count, told in ((10, 30), (LONG_BODY // 3, 1)):
        body = {"userId": "550e8400-e29b-41d4-a716-446655440001", "items": [{}] * count}
        with pytest.raises(Problem) as caught:
            create.read(Request("POST", "/x", headers=JSON, body=orjson.dumps(body)), {}, ANYONE)
        assert len(caught.value.errors) == told


def _unknown(count: int, name: str = "n") -> bytes:
    return orjson.dumps({"first_name": "A", **{f"{name}{n}": n for n in range(count)}})


@pytest.mark.parametrize("count", [0, 1, MOST_WARNINGS, MOST_WARNINGS + 3])
def test_unknown_properties_are_taken_out_and_warned_of_so_many_at_most(count: int) -> None:
    update = Reader(contract().operations["users.update"], strict=False)
    path = {"user_id": "550e8400-e29b-41d4-a716-446655440001"}
    call = update.read(Request("PUT", "/x", headers=JSON, body=_unknown(count)), path, ANYONE)
    assert call.body == {"first_name": "A"}
    expected = [f"/n{n}" for n in range(min(count, MOST_WARNINGS))]
    assert list(call.warnings) == expected + (["and 3 more"] if count > MOST_WARNINGS else [])


def test_a_long_unknown_name_is_cut() -> None:
    update = Reader(contract().operations["users.update"], strict=False)
    path = {"user_id": "550e8400-e29b-41d4-a716-446655440001"}
    call = update.read(Request("PUT", "/x", headers=JSON, body=_unknown(1, "n" * 5000)), path, ANYONE)
    assert call.warnings == ("/" + "n" * (LONGEST_WARNING - 1) + "…",)


def test_a_strict_mock_refuses_what_the_contract_does_not_know() -> None:
    platform = Platform(strict=True, judged=False)
    ann = platform.register()
    body = {"userId": ann.id, "items": [{"productId": "p", "quantity": 1, "price": 1, "a/b": 1}], "more": 1}
    refused = platform.post("orders", "/api/orders?x=1", body, ann.token)
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR")
    assert refused.pointers == ["/query/x", "/more", "/items/0/a~1b"]
    assert platform.get("orders", f"/api/orders/user/{ann.id}", ann.token).json["total"] == 0


def test_a_mock_that_is_not_strict_answers_with_a_warning() -> None:
    platform = Platform()
    ann = platform.register()
    items = [{"productId": "p", "quantity": 1, "price": 1, "note": 1}]
    answer = platform.post("orders", "/api/orders?x=1", {"userId": ann.id, "items": items, "more": 1}, ann.token)
    assert (answer.status, answer.headers["x-mock-warning"]) == (201, "/query/x, /more, /items/0/note")
    assert "note" not in answer.json["items"][0]
    assert platform.get("admin", "/__admin/requests").json["requests"][0]["warnings"] == [
        "/query/x",
        "/more",
        "/items/0/note",
    ]
    assert "x-mock-warning" not in platform.get("orders", "/health").headers
