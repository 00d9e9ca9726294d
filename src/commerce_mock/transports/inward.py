"""Events of real services on their way in: each goes from a broker to the mock that runs, which emits it once more.

This side knows no contract and no world. What fits is the mock's to say, which knows ids that came before, too.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import uniform
from typing import Any, Final, Protocol

import httpx
import orjson

from commerce_contract import Contract
from commerce_mock.clock import parse_time, timestamp
from commerce_mock.controls import PREFIX
from commerce_mock.events import OWN_ID

EMIT: Final = f"{PREFIX}/events/emit"
INSTANCE: Final = "mock-instance"
WORLD: Final = "mock-world"
_HEADERS: Final = frozenset({"correlation-id", "traceparent", "tracestate"})
_PREFIXES: Final = ("ce-", "mock-")
_TIMEOUT: Final = 30.0  # seconds
_CONFLICT: Final = 409
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds
_PASSING: Final = frozenset({401, 403, 408, 429})  # refusals of who asks or when, not of the event
_LONGEST_TOLD: Final = 300  # characters

log = logging.getLogger("commerce_mock")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event as it came from a broker; lives until it is acknowledged.

    `place` is its stream or queue. `headers` have lower-case names. `payload` is JSON. `identity` is what the broker
    knows it by, None where it says nothing.
    """

    place: str
    headers: Mapping[str, str] = field(repr=False)
    payload: bytes = field(repr=False)
    identity: str | None = None


class Subscriber(Protocol):
    """One broker that events come in from; lives as long as the relay."""

    async def run(self) -> None:
        """Bring events in, in the order of each stream or queue, until cancelled. A broker that goes away is awaited.

        An event is acknowledged once the mock has answered.
        """


class Bridge:
    """The way into the mock at the URL `admin`, for all subscribers; lives as long as the relay.

    Events that the outbox `instance` published do not come back, and of the others only those of `types` come in. Each
    goes into the world that its header `mock-world` names. `taken` and `refused` count what came of them. `transport`
    is another way than loopback, for a mock in the same process.
    """

    def __init__(
        self,
        admin: str,
        instance: str,
        types: frozenset[str],
        token: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {} if token is None else {"X-Mock-Admin-Token": token}
        self.instance = instance
        self.taken = 0
        self.refused = 0
        self._types = types
        # Whatever proxy the machine uses, the mock is on this side of it.
        self._client = httpx.AsyncClient(
            base_url=admin, headers=headers, timeout=_TIMEOUT, trust_env=False, transport=transport
        )

    def __repr__(self) -> str:
        return f"<Bridge: {self.taken} events taken, {self.refused} refused>"

    def is_own(self, headers: Mapping[str, str]) -> bool:
        """Whether this mock published the message of these headers itself."""
        return headers.get(INSTANCE) == self.instance

    def refuse(self, place: str, identity: object, reason: str) -> None:
        """Say that a message cannot come in; it is lost for the mock, and the next one comes."""
        self.refused += 1
        told = " ".join(f"{identity}, from {place}, does not come in: {reason}".split())
        log.warning("The event %s", told[:_LONGEST_TOLD].encode("unicode_escape").decode())

    async def take(self, incoming: Incoming) -> None:
        """Have the mock emit an event. When this returns it may be acknowledged: the mock took it, or never will.

        A mock that does not answer, or fails, is asked until it does: the events behind wait, so their order holds.
        """
        identity = incoming.headers.get("ce-id") or incoming.identity
        try:
            kind = _type(incoming)
            headers = _request_headers(incoming.headers)
        except ValueError as error:
            self.refuse(incoming.place, identity, str(error))
            return
        if kind not in self._types:
            return
        if identity is not None and OWN_ID.fullmatch(identity):
            identity = _qualified(identity, incoming.headers)  # `event-7` is an id of each mock's own
        answer = await self._answer(incoming.place, _body(incoming, kind, identity), headers)
        if answer.status_code == _CONFLICT and identity is not None:
            # Ids need to be unique only with their source.
            identity = _qualified(identity, incoming.headers)
            answer = await self._answer(incoming.place, _body(incoming, kind, identity), headers)
        if answer.is_error:
            self.refuse(incoming.place, identity, _reason(answer))
        else:
            self.taken += 1

    async def close(self) -> None:
        """Close the connections to the mock."""
        await self._client.aclose()

    async def _answer(self, place: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """The mock's answer, however long it takes."""
        failures = 0
        while True:
            try:
                answer = await self._client.post(EMIT, content=body, headers=headers)
            except httpx.TransportError as error:
                told = type(error).__name__
            else:
                if not answer.is_server_error and answer.status_code not in _PASSING:
                    return answer
                told = str(answer.status_code)
            failures += 1
            if failures == 1:
                log.warning("The mock did not take an event from %s (%s); it is tried again.", place, told)
            await asyncio.sleep(pause(failures))


def received(contract: Contract) -> Mapping[str, frozenset[str]]:
    """The types of events that services of a contract receive, by channel: what is worth bringing in."""
    channels: dict[str, set[str]] = {}
    for event in contract.events.values():
        if event.receivers:
            channels.setdefault(event.channel, set()).add(event.type)
    return {channel: frozenset(types) for channel, types in channels.items()}


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row, with jitter."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
    return uniform(longest / 2, longest)  # noqa: S311 - jitter, no secret


def is_header(name: str) -> bool:
    """Whether a field beside a payload's own is a header, by its lower-case name."""
    return name in _HEADERS or name.startswith(_PREFIXES)


def text(value: Any) -> str:
    """A broker's value as text, of whichever kind it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)


def _type(incoming: Incoming) -> str:
    """What happened. Raises ValueError for what is no event."""
    try:
        payload = orjson.loads(incoming.payload)
    except orjson.JSONDecodeError:
        raise ValueError("its payload is no JSON") from None
    if not isinstance(payload, dict):
        raise ValueError("its payload is no JSON object")  # noqa: TRY004 - not a wrong argument: a wrong message
    kind = payload.get("event_type") or incoming.headers.get("ce-type")
    if not isinstance(kind, str):
        raise ValueError("it does not say its `event_type`")  # noqa: TRY004 - the same
    return kind


def _qualified(identity: str, headers: Mapping[str, str]) -> str:
    return f"{headers.get(INSTANCE) or headers.get('ce-source') or 'outside'}#{identity}"


def _body(incoming: Incoming, kind: str, identity: str | None) -> bytes:
    headers = incoming.headers
    said = {
        "type": kind,
        "id": identity,
        "source": headers.get("ce-source"),
        "time": _time(headers.get("ce-time")),
        "correlation_id": headers.get("correlation-id"),
    }
    content: dict[str, Any] = {name: value for name, value in said.items() if value}
    return orjson.dumps({**content, "publish": False, "payload": orjson.Fragment(incoming.payload)})


def _time(given: str | None) -> str | None:
    """A time as the contract writes it; what cannot be read is left for the mock to refuse."""
    try:
        return None if given is None else timestamp(parse_time(given))
    except (ValueError, OverflowError):
        return given


def _request_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """What the request says of the event besides its body: a malformed `traceparent` counts as none there.

    Raises ValueError for a world that not even a header can name.
    """
    named = {"Content-Type": "application/json"}
    world, trace = headers.get(WORLD), headers.get("traceparent")
    if world and not _is_plain(world):
        raise ValueError("its header mock-world is no name of a world")
    if world:
        named["X-Mock-World"] = world
    if trace and _is_plain(trace):
        named["traceparent"] = trace
    return named


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _reason(answer: httpx.Response) -> str:
    """Why the mock refused; it masks what is secret before it judges."""
    try:
        problem = orjson.loads(answer.content)
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, LookupError, TypeError):
        return f"the mock answers {answer.status_code}"
