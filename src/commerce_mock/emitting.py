"""Events that no service here published: emitted by hand, or brought in from real services, as these would do it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from commerce_contract import Event
from commerce_mock.clock import parse_time
from commerce_mock.events import LOG, OWN_ID, RECEIVED, Emitted, Told, append, find
from commerce_mock.masking import masked
from commerce_mock.problems import Problem, at, invalid
from commerce_mock.subjects import about

if TYPE_CHECKING:
    from commerce_contract import Operation
    from commerce_mock.behaviour import Behaviour
    from commerce_mock.transaction import Transaction

OPERATION: Final = "admin.emit"
_TYPE: Final = "event_type"


def emit(tx: "Transaction", said: Mapping[str, Any]) -> Emitted:
    """Append an event to the log, to be delivered after the commit; `said` is what the control document asks for.

    Where its id has come before, nothing happens, and the answer is the event that came with it. What of the payload is
    a secret is not kept. Raises Problem VALIDATION_ERROR with each place that does not fit the contract, and CONFLICT
    where the id is that of another event.
    """
    contract = tx.world.behaviour.contract
    event = contract.events.get(said["type"])
    if event is None:
        known = ", ".join(contract.events) or "none"
        raise invalid("/type", f"names no event of the contract: {said['type'][:100]!r}; there are {known}")
    identifier = said.get("id")
    if identifier is not None:
        first = find(tx.store, identifier)
        if first is not None:
            return _checked(first, said)
        if OWN_ID.fullmatch(identifier):
            raise invalid("/id", "is one that the world gives its own events; name it otherwise")
    return _appended(tx, event, said, identifier)


def _checked(first: Emitted, said: Mapping[str, Any]) -> Emitted:
    """The event that came first with an id. Raises Problem CONFLICT where what is said is of another one."""
    if first.type != said["type"] or said.get("source", first.source) != first.source:
        raise at("CONFLICT", "/id", f"{first.id} is a {first.type} of {first.source} already.")
    return first


def _appended(tx: "Transaction", event: Event, said: Mapping[str, Any], identifier: str | None) -> Emitted:
    behaviour = tx.world.behaviour
    payload = _payload(event, said["payload"], behaviour)
    number = tx.store.count(LOG)
    stored, known = about(tx, event, payload, identifier or f"event-{number + 1}")
    emitted = Emitted(
        event,
        number,
        tx.now if "time" not in said else _time(said["time"]),
        said.get("correlation_id", tx.correlation_id),
        said.get("traceparent", tx.traceparent),
        stored,
        behaviour.payload(event, stored.resource),
        payload,
        identifier,
        Told(said.get("source"), tx.now, said.get("publish", True), known),
    )
    append(tx.store, emitted)
    if identifier is not None:
        tx.store.remember(RECEIVED, identifier, number)
    tx.emitted.append(emitted)
    return emitted


def _payload(event: Event, said: Mapping[str, Any], behaviour: "Behaviour") -> dict[str, Any]:
    """The payload as it is kept. Raises Problem VALIDATION_ERROR with each place that does not fit its schema."""
    named = {_TYPE: event.type} if _TYPE in event.payload.properties else {}
    payload: dict[str, Any] = masked(event.payload, {**named, **said}, behaviour.secret_names)
    errors = event.payload.errors(payload)
    if errors:
        raise Problem("VALIDATION_ERROR", errors=tuple((f"/payload{error.pointer}", error.message) for error in errors))
    return payload


def _time(text: str) -> int:
    try:
        return parse_time(text)
    except (ValueError, OverflowError):  # RFC 3339 allows times that nothing here can count, such as leap seconds
        raise invalid("/time", "must be a time of the years 1 to 9999, without leap second") from None


def recordable(operation: "Operation", behaviour: "Behaviour", body: Any) -> Any:
    """A request's body without the secrets that are in a payload: emitted again it makes the same event."""
    if operation.name != OPERATION or not isinstance(body, dict) or "payload" not in body:
        return body
    kind = body.get("type")
    event = behaviour.contract.events.get(kind) if isinstance(kind, str) else None
    schema = None if event is None else event.payload
    return {**body, "payload": masked(schema, body["payload"], behaviour.secret_names)}
