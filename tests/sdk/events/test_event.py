"""Messages become typed events of the contract, or unknown ones, or an error that tells no secret."""

import copy
import pickle
import traceback
from decimal import Decimal
from typing import Any, assert_never

import pytest

from commerce_sdk import events
from commerce_sdk._event import Event, UnknownEvent
from commerce_sdk._generated.events import TYPES
from commerce_sdk.events import (
    InvalidEventError,
    OrderConfirmed,
    OrderCreated,
    PaymentCompleted,
    PaymentFailed,
    UserCreated,
    UserVerified,
    parse,
)
from harness import parcels
from harness.events import body, headers, payload
from harness.platform import contract

EXAMPLES = {event.type: event.example for event in contract().events.values()}


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_the_documented_example_of_every_event_becomes_its_class(event_type: str) -> None:
    example = EXAMPLES[event_type]
    event = parse(example)
    assert type(event) is getattr(events, TYPES[event_type].partition(":")[2])
    assert (event.event_type, event.metadata, event.is_known) == (event_type, None, True)


def test_every_event_of_the_contract_is_known() -> None:
    assert TYPES.keys() == EXAMPLES.keys()


def test_money_is_exact() -> None:
    event = parse(b"""{"event_type": "payment_completed", "payment_id": "p", "order_id": "o", "user_id": "u", "data":
        {"amount": 75.50, "currency": "USD", "transaction_id": "t", "completed_at": "2023-01-01T00:00:00Z"}}""")
    assert isinstance(event, PaymentCompleted)
    assert (type(event.data.amount), str(event.data.amount)) == (Decimal, "75.50")


def test_metadata_and_what_a_later_contract_adds_are_kept_also_by_copies() -> None:
    event = parcels.parse({**payload(1), "weight": 3}, headers(1))
    for twin in (event, pickle.loads(pickle.dumps(event)), copy.deepcopy(event), event.model_copy()):  # noqa: S301 - our own bytes
        assert twin == event
        assert twin.metadata.id == "event-1"
        assert twin.model_extra == {"weight": 3}
    assert parcels.parse(body(1)).metadata is None


def test_an_unknown_type_keeps_its_payload_and_shows_none_of_it() -> None:
    message = b'{"event_type": "token_sent", "token": "s3cret", "raw": 1, "metadata": 1.10}'
    event = parse(message, headers(7))
    assert isinstance(event, UnknownEvent)
    assert event.raw == {"event_type": "token_sent", "token": "s3cret", "raw": 1, "metadata": Decimal("1.10")}
    assert event.metadata is not None
    assert event.metadata.id == "event-7"
    assert not event.is_known
    assert repr(event) == "UnknownEvent(event_type='token_sent')"
    assert "s3cret" not in str(event)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"data": {"sent_at": "s3cret", "postage": "4.90"}}, "data.sent_at: Input should be a valid datetime"),
        ({"data": {"sent_at": "2026-01-01T00:00:00Z"}}, "data.postage: Field required"),
        (
            {"data": {"sent_at": "2026-01-01T00:00:00Z", "postage": float("nan")}},
            "data.postage: Input should be a finite",
        ),
        ({"parcel_id": ["s3cret"]}, "parcel_id: Input should be a valid string"),
    ],
)
def test_a_known_type_that_breaks_its_schema_says_where_and_repeats_nothing(change: Any, fault: str) -> None:
    message = {**payload(1), "token": "s3cret", **change}
    with pytest.raises(InvalidEventError) as raised:
        parcels.parse(message)
    error = raised.value
    assert str(error).startswith("This `parcel_sent` is not what the contract says: ")
    assert fault in str(error)
    assert error.raw is message
    assert (error.__cause__, error.__context__) == (None, None)
    assert "s3cret" not in "".join([*traceback.format_exception(error), repr(error)])


def told(event: events.Event) -> str:
    """What an event is about; type checkers see that no case is missing."""
    match event:
        case UserCreated() | UserVerified():
            return event.user_id
        case OrderCreated() | OrderConfirmed() | PaymentCompleted() | PaymentFailed():
            return event.order_id
        case UnknownEvent():
            return "unknown"
        case _:
            assert_never(event)


def test_all_events_can_be_told_apart() -> None:
    assert [told(parse(example)) for example in EXAMPLES.values()] == [
        example.get("order_id") or example["user_id"] for example in EXAMPLES.values()
    ]
    assert told(parse({"event_type": "new"})) == "unknown"


def test_an_event_made_by_hand_has_no_metadata() -> None:
    assert Event(event_type="a").metadata is None
