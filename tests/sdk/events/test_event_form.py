"""Whichever form an event arrives in, it is read alike; what is no event says why, and repeats nothing."""

import json
import pickle
import traceback
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commerce_sdk._errors import InvalidEventError
from commerce_sdk._event_form import EventMetadata, read
from harness.events import body, entry, headers, payload

METADATA = EventMetadata(
    id="event-1",
    source="/parcels",
    type="parcel_sent",
    time=datetime(2026, 1, 1, tzinfo=UTC),
    correlation_id="request-1",
    traceparent=None,
)
BYTES = {key.encode(): value.encode() for key, value in entry(1).items()}
TOGETHER = {"headers": headers(1), "payload": payload(1)}


@pytest.mark.parametrize(
    ("message", "beside"),
    [
        (body(1), headers(1)),
        (body(1).decode(), headers(1)),
        (bytearray(body(1)), headers(1)),
        (memoryview(body(1)), {name.upper(): value.encode() for name, value in headers(1).items()}),
        (payload(1), headers(1)),
        (TOGETHER, None),
        (json.dumps(TOGETHER), None),
        ({"headers": headers(2), "payload": body(1)}, headers(1)),
        (entry(1), None),
        (BYTES, None),
        (
            body(1),
            {**headers(1), "ce-time": datetime(2026, 1, 1, tzinfo=UTC), "x-death": [{"count": 1}], "other": None},
        ),
    ],
)
def test_every_form_gives_the_same_event(message: Any, beside: Any) -> None:
    form = read(message, beside)
    assert form.event_type == "parcel_sent"
    assert form.payload == payload(1) | {"data": {"postage": Decimal("4.9"), "sent_at": "2026-01-01T00:00:00Z"}}
    assert form.metadata == METADATA


@pytest.mark.parametrize(
    ("message", "number"),
    [
        (b'{"event_type": "a", "data": {"x": [1.10]}}', "1.10"),
        ({"event_type": b"a", b"data": b'{"x": [1.10]}'}, "1.10"),
        ({"event_type": "a", "data": {"x": [1.10]}}, "1.1"),
        ({"payload": {"event_type": "a", "data": {"x": [9999999999.99]}}}, "9999999999.99"),
    ],
)
def test_numbers_are_exact(message: Any, number: str) -> None:
    (found,) = read(message).payload["data"]["x"]
    assert (type(found), str(found)) == (Decimal, number)


def test_without_headers_there_is_no_metadata() -> None:
    assert read(payload(1)).metadata is None
    assert read(payload(1), {"correlation-id": "request-1"}).metadata is None
    assert read({"payload": payload(1)}).metadata is None


def test_a_trace_is_kept() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    form = read({**entry(1), "traceparent": trace, "tracestate": "a=b", "dead-letter-reason": "it failed"})
    assert form.metadata is not None
    assert form.metadata.traceparent == trace
    assert set(form.payload) == {"event_type", "parcel_id", "data"}


def test_a_payload_may_have_a_property_named_payload_or_text_for_data() -> None:
    assert read({"event_type": "a", "payload": {}, "n": 1}).payload == {"event_type": "a", "payload": {}, "n": 1}
    assert read(b'{"event_type": "a", "data": "text"}').payload["data"] == "text"


@pytest.mark.parametrize(
    ("message", "beside", "fault"),
    [
        (b"", None, "its message is not JSON (character 0)"),
        (b'{"event_type": s3cret}', None, "its message is not JSON (character 15)"),
        (b"\xff s3cret", None, "its message is not JSON"),
        (b"[" * 100_000, None, "its message is not JSON"),
        (b'"s3cret"', None, "its message is of type str, not an object"),
        (None, None, "its message is of type NoneType, not an object"),
        ({"payload": ["s3cret"]}, None, "its payload is of type list, not an object"),
        ({"payload": {}, "headers": "s3cret"}, None, "its `headers` are of type str, not an object"),
        ({"event_type": "a", "data": "s3cret"}, None, "`data` is not JSON (character 0)"),
        ({"event_type": "a", b"\xff": "s3cret"}, None, "it holds bytes that are not UTF-8"),
        ({"event_type": 1}, None, "its payload has no `event_type`, so nothing says what happened"),
        ({}, None, "its payload has no `event_type`, so nothing says what happened"),
        (payload(1), {"ce-id": "s3cret"}, "the header `ce-source` is missing"),
        (payload(1), {**headers(1), "ce-id": ""}, "the header `ce-id` is missing"),
        (payload(1), {**headers(1), "ce-time": "s3cret"}, "the header `ce-time` is no time with a time zone, such as"),
        (payload(1), {**headers(1), "ce-time": "2026-01-01T00:00:00"}, "the header `ce-time` is no time with a time"),
    ],
)
def test_what_is_no_event_says_why_and_repeats_nothing(message: Any, beside: Any, fault: str) -> None:
    with pytest.raises(InvalidEventError) as raised:
        read(message, beside)
    error = raised.value
    assert str(error).startswith(f"This message is no event: {fault}")
    assert error.raw is message
    assert (error.__cause__, error.__context__) == (None, None)
    assert "s3cret" not in "".join([*traceback.format_exception(error), repr(error)])
    assert pickle.loads(pickle.dumps(error)).raw == message  # noqa: S301 - our own bytes
