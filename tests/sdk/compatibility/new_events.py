"""Mutations of what the services publish: events of new types, and new entries in those that there are."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from commerce_sdk.events import UnknownEvent
from sdk.compatibility.documents import Documents
from sdk.compatibility.mutation import Mutation
from sdk.compatibility.new_fields import NAMES, kept_as_extra, new_property
from sdk.compatibility.record import Run

# Operations that emit whatever they declare, and the document that declares their events.
_EMITTING: Final = (
    ("users.create", "users"),
    ("users.update", "users"),
    ("orders.create", "orders"),
    ("orders.set_status", "orders"),
    ("orders.cancel", "orders"),
    ("payments.create", "payments"),
)
_TYPES: Final = ("{}_flagged", "{}.v2-flagged", "{}Flagged", "other", "handle", "seen", "unknown", "{}_flagged_ä")
_CONSTANTS: Final = ("gold", 7, 29.5, True, None, ["a", "b"], {"level": 3, "tags": [1.5]})


def new_event(random: Random, documents: Documents) -> Mutation:
    """A type more on a channel; an operation publishes it."""
    name, service = random.choice(_EMITTING)
    resource = service.removesuffix("s")
    event_type = random.choice(_TYPES).format(resource)
    constant = random.choice(_CONSTANTS)
    data = {
        "note": {"description": "New.", "const": constant},
        "flagged_at": {"description": "When.", "type": "string", "format": "date-time"},
    }
    payload = {
        "description": "Something new happened.",
        "type": "object",
        "required": ["event_type", f"{resource}_id", "data"],
        "properties": {
            "event_type": {"description": "What.", "type": "string", "const": event_type},
            f"{resource}_id": {"description": "Which.", "type": "string", "examples": ["a-1"]},
            "data": {"description": "More.", "type": "object", "required": list(data), "properties": data},
        },
    }
    told = {"note": constant, "flagged_at": "2026-01-01T00:00:00Z"}
    _publish(documents, service, payload, {"event_type": event_type, f"{resource}_id": "a-1", "data": told})
    _, operation = documents.operation(name)
    operation["x-emits"] = [*operation.get("x-emits", ()), event_type]
    if service == "users":
        kinds = documents.data["openapi/users.yaml"]["components"]["schemas"]["UserEvent"]["properties"]["event_type"]
        kinds["enum"].append(event_type)
    return Mutation(f"{name} publishes {event_type}", documents, _unknown(event_type, f"{resource}_id"))


def _publish(documents: Documents, service: str, payload: dict[str, Any], example: dict[str, Any]) -> None:
    """Declare an event in a service's document, as its other events are declared."""
    document = documents.data[f"asyncapi/{service}.yaml"]
    channel_name, channel = next(iter(document["channels"].items()))
    event_type, components = example["event_type"], document["components"]
    message = copy.deepcopy(next(iter(components["messages"].values())))
    message["name"] = message["bindings"]["amqp"]["messageType"] = event_type
    message["payload"] = {"$ref": "#/components/schemas/NewEvent"}
    message["examples"][0]["payload"] = example
    message["examples"][0]["headers"]["ce-type"] = event_type
    components["schemas"]["NewEvent"] = payload
    components["messages"]["NewEvent"] = message
    channel["messages"][event_type] = {"$ref": "#/components/messages/NewEvent"}
    send = copy.deepcopy(next(each for each in document["operations"].values() if each["action"] == "send"))
    send["messages"] = [{"$ref": f"#/channels/{channel_name}/messages/{event_type}"}]
    document["operations"]["send_new_event"] = send


def _unknown(event_type: str, key: str) -> Callable[[Run], Iterator[str]]:
    def complaints(run: Run) -> Iterator[str]:
        told = [payload for payload in run.payloads if payload["event_type"] == event_type]
        kept = [event for event in run.events if event.event_type == event_type]
        if not told or not all(payload.get(key) for payload in told):
            yield f"{event_type} was told as {told}"
        if not all(type(event) is UnknownEvent and not event.is_known for event in kept):
            yield f"{event_type} is {kept}"
        if [event.raw for event in kept if isinstance(event, UnknownEvent)] != told:
            yield f"{event_type} lost something of {told}"
        if not all(event.metadata and event.metadata.type == event_type for event in kept):
            yield f"{event_type} lost its metadata"

    return complaints


def new_entry(random: Random, documents: Documents) -> Mutation:
    """An entry more in an event's payload, or in its data; required or not."""
    service = random.choice(["users", "orders", "payments"])
    components = documents.data[f"asyncapi/{service}.yaml"]["components"]
    message = random.choice(list(components["messages"].values()))
    _, _, schema = documents.follow(f"asyncapi/{service}.yaml", message["payload"])
    outside = random.random() < 0.3
    holder = schema if outside else schema["properties"]["data"]
    name, value = random.choice(NAMES), random.choice(_CONSTANTS)
    holder["properties"][name] = new_property(name, {"const": value}, value)
    if random.random() < 0.5:
        holder["required"].append(name)
    for example in message["examples"]:
        (example["payload"] if outside else example["payload"]["data"])[name] = value
    where = "" if outside else ".data"
    return Mutation(f"{message['name']}{where} has {name}", documents, kept_as_extra(name, value))
