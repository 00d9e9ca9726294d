"""The way of real services' events into the mock: what comes in, what does not, and what is tried again."""

import logging
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from commerce_mock.transports.inward import Bridge, Incoming, received, text
from harness.hybrid import INSTANCE, bridged
from harness.platform import Platform
from harness.stage import JOHN

pytestmark = pytest.mark.anyio

PAID = {
    "event_type": "payment_completed",
    "payment_id": "pay-real-1",
    "order_id": "order-124",
    "user_id": JOHN,
    "data": {"amount": 40.25, "currency": "USD", "transaction_id": "t-1", "completed_at": "2026-01-01T00:00:00Z"},
}
HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "7d5f9d4e",
    "ce-source": "https://pay.example/payments",
    "ce-type": "payment_completed",
    "ce-time": "2026-01-01T02:00:00+02:00",
    "correlation-id": "from-the-shop",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def platform() -> Platform:
    return Platform(scenario="demo", judged=False)


def incoming(payload: Any = None, identity: str | None = None, **headers: str | None) -> Incoming:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {name: value for name, value in {**HEADERS, **named}.items() if value is not None}
    content = payload if isinstance(payload, bytes) else orjson.dumps(PAID if payload is None else payload)
    return Incoming("payment_events", said, content, identity)


def status(platform: Platform) -> str:
    return str(platform.read_order("order-124")["status"])


def newest(platform: Platform) -> dict[str, Any]:
    """The newest event that came from outside."""
    return next(event for event in reversed(platform.events()) if event["type"] == "payment_completed")


async def test_an_event_from_outside_has_the_mock_react(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming())
        assert (bridge.taken, bridge.refused) == (1, 0)
    assert status(platform) == "confirmed"
    event = newest(platform)
    assert event == {
        "id": "7d5f9d4e",
        "source": "https://pay.example/payments",
        "type": "payment_completed",
        "time": "2026-01-01T00:00:00Z",
        "channel": "payment_events",
        "correlation_id": "from-the-shop",
        "traceparent": HEADERS["traceparent"],
        "world": "default",
        "payload": PAID,
    }


async def test_an_event_that_comes_again_has_no_second_effect(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming())
        before = platform.events()
        await bridge.take(incoming())
        assert bridge.taken == 2
    assert platform.events() == before


async def test_what_the_mock_published_itself_is_known(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        assert bridge.is_own({"mock-instance": INSTANCE})
        assert not bridge.is_own({"mock-instance": "outbox-2"})
        assert not bridge.is_own({})


async def test_an_event_goes_into_the_world_that_it_names(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming(mock_world="w42"))
    assert status(platform) == "pending"
    platform.world = next(world for world in platform.engine.worlds if world.name == "w42")
    assert status(platform) == "confirmed"


@pytest.mark.parametrize(
    ("payload", "headers", "reason"),
    [
        (b"{", {}, "its payload is no JSON"),
        (b"[1]", {}, "its payload is no JSON object"),
        ({"event_type": 7}, {}, "it does not say its `event_type`"),
        ({}, {"ce_type": None}, "it does not say its `event_type`"),
        ({**PAID, "payment_id": 7}, {}, "VALIDATION_ERROR: /payload/payment_id "),
        ({**PAID, "data": {}}, {}, "VALIDATION_ERROR: /payload/data"),
        (None, {"ce_time": "yesterday"}, "VALIDATION_ERROR: /time "),
        (None, {"mock_world": "no world"}, "BAD_REQUEST: "),
        (None, {"mock_world": "a\nb"}, "its header mock-world is no name of a world"),
        (None, {"mock_world": "wörld"}, "its header mock-world is no name of a world"),
    ],
)
async def test_what_does_not_fit_is_told_and_the_next_comes(
    payload: Any, headers: dict[str, Any], reason: str, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming(payload, **headers))
        assert (bridge.taken, bridge.refused) == (0, 1)
        (told,) = caplog.messages
        assert told.startswith(f"The event 7d5f9d4e, from payment_events, does not come in: {reason}")
        await bridge.take(incoming())
        assert bridge.taken == 1


async def test_what_no_service_receives_is_left_out_without_a_word(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridged(platform) as (bridge, way):
        await bridge.take(incoming({"event_type": "parcel_sent"}))
        assert (bridge.taken, bridge.refused, way.asked, caplog.messages) == (0, 0, [], [])


async def test_a_type_may_stand_in_the_headers_alone(platform: Platform) -> None:
    payload = {name: value for name, value in PAID.items() if name != "event_type"}
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming(payload))
    assert newest(platform)["payload"] == PAID


async def test_what_is_told_repeats_no_secret_and_keeps_to_one_line(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridged(platform, token="an-admin-token-of-16") as (bridge, _):
        await bridge.take(
            incoming({**PAID, "data": {"cardNumber": "4242424242424242"}}, ce_id="a\nforged\x1b[31m line" + "x" * 400)
        )
        assert "an-admin-token-of-16" not in repr(bridge)
    (told,) = caplog.messages
    assert "4242424242424242" not in told
    assert len(told) < 340
    assert told.isprintable()
    assert told.isascii()


@pytest.mark.parametrize("failure", [None, 500, 503, 401, 429])
async def test_a_mock_that_fails_is_asked_until_it_answers(
    failure: int | None, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridged(platform, failure, failure) as (bridge, way):
        await bridge.take(incoming())
        assert (bridge.taken, len(way.asked)) == (1, 3)
    assert status(platform) == "confirmed"
    assert caplog.messages == [
        f"The mock did not take an event from payment_events ({failure or 'ConnectError'}); it is tried again."
    ]


async def test_a_refusal_that_is_no_problem_document_is_told_too(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    async with bridged(platform, 404) as (bridge, _):
        await bridge.take(incoming())
    assert caplog.messages[0].endswith("the mock answers 404")


async def test_the_admin_token_is_sent(platform: Platform) -> None:
    async with bridged(platform, token="an-admin-token-of-16") as (bridge, way):
        await bridge.take(incoming())
        assert way.asked[0].headers["X-Mock-Admin-Token"] == "an-admin-token-of-16"


async def test_an_id_like_the_mocks_own_ones_is_told_apart_by_its_source(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming(ce_id="event-1"))
        assert newest(platform)["id"] == "https://pay.example/payments#event-1"
        await bridge.take(incoming(ce_id="event-1", mock_instance="outbox-2"))
        assert newest(platform)["id"] == "outbox-2#event-1"
        await bridge.take(incoming(ce_id="event-1", ce_source=None))
        assert newest(platform)["id"] == "outside#event-1"


async def test_two_sources_may_have_the_same_id(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming())
        await bridge.take(incoming(ce_source="/payments-of-another-house"))
        assert (bridge.taken, bridge.refused) == (2, 0)
    assert newest(platform)["id"] == "/payments-of-another-house#7d5f9d4e"


async def test_without_an_id_the_brokers_own_counts(platform: Platform) -> None:
    async with bridged(platform) as (bridge, _):
        await bridge.take(incoming(identity="payment_events:1-0", ce_id=None))
        assert newest(platform)["id"] == "payment_events:1-0"
        await bridge.take(incoming(ce_id=None))
        assert newest(platform)["id"].startswith("event-")


def test_what_comes_in_is_what_services_receive(platform: Platform) -> None:
    assert received(platform.contract) == {
        "user_events": {"user_created", "user_verified"},
        "order_events": {"order_created", "order_confirmed"},
        "payment_events": {"payment_completed", "payment_failed"},
    }


def test_values_of_every_kind_become_text() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert [text(value) for value in ("a", b"b", b"\xff", 7, moment)] == [
        "a", "b", "\ufffd", "7", "2026-01-01T00:00:00+00:00",
    ]  # fmt: skip


async def test_libraries_tell_nothing_of_a_request(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with bridged(platform, token="an-admin-token-of-16") as (bridge, _):
        await bridge.take(incoming())
    assert "an-admin-token" not in caplog.text
    assert "pay-real-1" not in caplog.text
    assert isinstance(bridge, Bridge)
