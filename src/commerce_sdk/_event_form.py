"""The forms in which an event arrives, read into payload and metadata; validates no payload, keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from commerce_sdk._errors import InvalidEventError
from commerce_sdk._json import decode

# The attributes that CloudEvents demands of every event, and how it spells them in headers.
_PREFIX: Final = "ce-"
_REQUIRED: Final = ("id", "source", "type", "time")
_TRACING: Final = frozenset({"correlation-id", "traceparent", "tracestate"})
# How the notes are called that a consumer adds to a message which it puts aside.
DEAD_LETTER: Final = "dead-letter-"


@dataclass(frozen=True, slots=True)
class EventMetadata:
    """What belongs to an event besides its payload; lives as long as its event.

    `id` is the same each time that the event is delivered, `source` names who published it, `time` (with time zone)
    says when it happened, `correlation_id` is the `X-Request-Id` of the request that caused it, and `traceparent` that
    request's W3C trace context.
    """

    id: str
    source: str
    type: str
    time: datetime
    correlation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class EventForm:
    """An event that is taken apart and not yet validated. `event_type` is the payload's, which is what counts."""

    event_type: str
    payload: Mapping[str, Any]
    metadata: EventMetadata | None


def read(message: Any, headers: Mapping[Any, Any] | None = None) -> EventForm:
    """Take a message apart, whichever form it has; `headers` outrank those that the message has itself.

    Raises `InvalidEventError`, whose text repeats nothing of the message.
    """
    try:
        payload, own = _parts(message)
        metadata = _metadata({**own, **_texts(headers or {})})
    except ValueError as error:
        # Told outside of the handler: the decoder's error, which holds the whole text, would travel along.
        fault = str(error)
    else:
        event_type = payload.get("event_type")
        if isinstance(event_type, str):
            return EventForm(event_type, payload, metadata)
        fault = "its payload has no `event_type`, so nothing says what happened"
    raise InvalidEventError(f"This message is no event: {fault}.", raw=message)


def _parts(message: Any) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Payload and headers of a message."""
    if isinstance(message, Mapping):
        fields = {_text(name): value for name, value in message.items()}
        if "payload" in fields and "event_type" not in fields:
            headers = fields.get("headers") or {}
            if not isinstance(headers, Mapping):
                raise ValueError(f"its `headers` are {_kind(headers)}, not an object")
            return _exact(_object(fields["payload"], "payload")), _texts(headers)
        if all(isinstance(value, (str, bytes)) for value in fields.values()):
            return _flat({name: _text(value) for name, value in fields.items()})
        return _exact(fields), {}
    decoded = _object(message, "message")
    return _parts(decoded) if "payload" in decoded and "event_type" not in decoded else (decoded, {})


def _flat(fields: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The parts of a Redis stream's entry: text throughout, headers among the payload's fields, `data` as JSON."""
    headers = {name: value for name, value in fields.items() if _is_header(name)}
    payload: dict[str, Any] = {name: value for name, value in fields.items() if name not in headers}
    if "data" in payload:
        payload["data"] = _decoded(payload["data"], "`data`")
    return payload, headers


def _is_header(name: str) -> bool:
    return name in _TRACING or name.startswith((_PREFIX, DEAD_LETTER))


def _exact(value: Any) -> Any:
    """A value that others decoded, with the decimals that its floats were in JSON: no double blurs a cent."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _exact(member) for name, member in value.items()}
    return [_exact(element) for element in value] if isinstance(value, list) else value


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if isinstance(value, (bytearray, memoryview)):
        value = bytes(value)
    if isinstance(value, (str, bytes)):
        value = _decoded(value, f"its {name}")
    if not isinstance(value, Mapping):
        raise ValueError(f"its {name} is {_kind(value)}, not an object")  # noqa: TRY004 - one kind of error leads out of here
    return value


def _decoded(text: str | bytes, name: str) -> Any:
    try:
        return decode(text)
    except ValueError as error:
        # The place, never the text: it may hold a secret.
        place = f" (character {position})" if (position := getattr(error, "pos", None)) is not None else ""
        raise ValueError(f"{name} is not JSON{place}") from None


def _texts(headers: Mapping[Any, Any]) -> dict[str, str]:
    """The headers that are understood here, names in lower case; brokers add others, of all kinds."""
    named = ((_text(name).lower(), value) for name, value in headers.items())
    return {
        name: value.isoformat() if isinstance(value, datetime) else _text(value)
        for name, value in named
        if value is not None and _is_header(name)
    }


def _metadata(headers: Mapping[str, str]) -> EventMetadata | None:
    """The metadata in headers; None if they hold none. Raises `ValueError` for metadata in part."""
    if not any(name.startswith(_PREFIX) for name in headers):
        return None
    values = {name: headers.get(_PREFIX + name) for name in _REQUIRED}
    if missing := [_PREFIX + name for name, value in values.items() if not value]:
        raise ValueError(f"the header `{missing[0]}` is missing")
    try:
        time = datetime.fromisoformat(str(values["time"]))
    except ValueError:
        time = datetime.min  # noqa: DTZ901 - refused in the next line like every time without a zone
    if time.tzinfo is None:
        raise ValueError(f"the header `{_PREFIX}time` is no time with a time zone, such as 2023-01-01T00:00:00Z")
    return EventMetadata(
        id=str(values["id"]),
        source=str(values["source"]),
        type=str(values["type"]),
        time=time,
        correlation_id=headers.get("correlation-id"),
        traceparent=headers.get("traceparent"),
    )


def _text(value: Any) -> str:
    try:
        return value.decode() if isinstance(value, bytes) else str(value)
    except UnicodeDecodeError:
        raise ValueError("it holds bytes that are not UTF-8") from None


def _kind(value: Any) -> str:
    return f"of type {type(value).__name__}"
