"""A body as JSON: what is refused, what is taken as it is, and what the contract does not know in it."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_mock.body import Known, known, parse
from commerce_mock.problems import Problem
from harness.platform import contract

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"],
        exclude_characters="\x00"), max_size=5), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


def _refusal(body: bytes) -> str:
    with pytest.raises(Problem) as caught:
        parse(body)
    assert caught.value.code == "BAD_REQUEST"
    return str(caught.value.detail)


@settings(derandomize=True, database=None)
@given(VALUES, st.sampled_from([0, orjson.OPT_INDENT_2]))
def test_what_json_says_is_read_however_it_is_spaced(value: Any, option: int) -> None:
    assert parse(orjson.dumps(value, option=option)) == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b'"text"', "text"),
        (b" [1] ", [1]),
        (b'{"a:b":"c:d"}', {"a:b": "c:d"}),
        (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a":"\\u00e9\\ud83d\\ude00"}', {"a": "é😀"}),
        (b'{"a":{"a":{"a":1}}}', {"a": {"a": {"a": 1}}}),
        (b'{"a":1,"A":2}', {"a": 1, "A": 2}),
        (b"[1e2, 1.50, 0.1]", [100.0, 1.5, 0.1]),
        (b"[" * 254 + b"]" * 254, None),
    ],
)
def test_unusual_json_is_json(body: bytes, value: Any) -> None:
    assert value is None or parse(body) == value
    parse(body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b'{"a":', "line 1 column 6"),
        (b'{"a":1}x', "not JSON"),
        (b'{"a":1,"a":1}', "repeats the key 'a'"),
        (b'{"a":1,"\\u0061":1}', "repeats the key 'a'"),
        (b'[{"x":[{"b":1, "c":{}, "b":2}]}]', "repeats the key 'b'"),
        (b'{"a":"\\u0000"}', "NUL"),
        (b'{"\\u0000":1}', "NUL"),
        (b'[[{"a":["x\\\\\\u0000"]}]]', "NUL"),
        (b"[" * 255 + b"]" * 255, "nested"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nested"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b'"\\ud800"', "not JSON"),
        (b"1e999", "not JSON"),
    ],
)
def test_what_json_leaves_open_or_forbids_is_refused_with_its_reason(body: bytes, told: str) -> None:
    assert told in _refusal(body)


def test_a_repeated_key_is_quoted_in_part_only() -> None:
    key = b"k" * 100_000
    assert len(_refusal(b'{"%b":1,"%b":2}' % (key, key))) < 200


@pytest.mark.parametrize("text", [b"-0.0", b"-0.00", b"-0.0e5"])
def test_a_negative_zero_is_zero(text: bytes) -> None:
    value = parse(b'{"a":[%b,-0.5,{"b":%b}],"c":"-0.0"}' % (text, text))
    assert orjson.dumps(value) == b'{"a":[0,-0.5,{"b":0}],"c":"-0.0"}'


@pytest.mark.parametrize("text", [b"1000.0", b"1e3", b"1E+3", b"0.1e4", b"1000.000", b"10000e-1"])
def test_a_whole_number_is_shown_as_one_however_it_was_written(text: bytes) -> None:
    value = parse(b'{"a":[%b,{"b":-%b}],"c":"1.0 1e3","d":0.5}' % (text, text))
    assert orjson.dumps(value) == b'{"a":[1000,{"b":-1000}],"c":"1.0 1e3","d":0.5}'


@pytest.mark.parametrize("text", [b"1e300", b"9007199254740992.0", b"-1e16"])
def test_a_number_that_a_double_may_not_name_exactly_stays_as_it_is(text: bytes) -> None:
    assert type(parse(text)) is float


INNER = Known(frozenset({"x"}), {}, None)
OUTER = Known(frozenset({"a", "list", "free"}), {"a": INNER, "list": Known(frozenset(), {}, INNER)}, None)


@pytest.mark.parametrize(
    ("value", "kept", "unknown"),
    [
        ({"a": {"x": 1}, "list": [{"x": 1}], "free": {"y": 1}}, None, ()),
        ({"b": 1}, {}, ("/b",)),
        ({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"x": 1}}, ("/b", "/a/y")),
        ({"list": [{"x": 1}, {"y": 1}, 5]}, {"list": [{"x": 1}, {}, 5]}, ("/list/1/y",)),
        ({"a/b": 1, "c~d": 2}, {}, ("/a~1b", "/c~0d")),
        ({"a": [{"x": 1}]}, None, ()),
        ({"a": 1}, None, ()),
        ([{"b": 1}], None, ()),
        (7, None, ()),
    ],
)
def test_what_the_contract_does_not_know_is_taken_out_and_named(
    value: Any, kept: Any, unknown: tuple[str, ...]
) -> None:
    assert OUTER.covers(value) is (not unknown)
    assert OUTER.prune(value) == (value if kept is None else kept, unknown)


def test_pruning_leaves_the_value_itself_alone() -> None:
    value = {"a": {"x": 1, "y": 2}, "b": 3}
    OUTER.prune(value)
    assert value == {"a": {"x": 1, "y": 2}, "b": 3}


def test_what_a_schema_knows_is_read_through_references_alternatives_and_items() -> None:
    body = contract().operations["payments.create"].body
    assert body is not None
    made = known(body.schema)
    assert made is not None
    assert made.nested["paymentMethod"].names == {"type", "cardNumber", "expiryMonth", "expiryYear", "cvv"}
    order = contract().operations["orders.create"].body
    assert order is not None
    items = known(order.schema)
    assert items is not None
    assert items.nested["items"].items == Known(frozenset({"productId", "quantity", "price"}), {}, None)


def test_a_schema_that_names_nothing_or_allows_everything_knows_no_unknown() -> None:
    events = contract().operations["users.events"].success.schema
    assert events is not None
    assert events.properties["events"].items is not None
    assert known(events.properties["events"].items.properties["data"]) is None
    assert known(contract().resources["users"].schema.properties["email"]) is None
