"""The values that a loaded contract consists of: frozen, made once by `load`, read by everyone else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from commerce_contract.schema import Schema
from commerce_contract.source import Location


class Action(StrEnum):
    """What an operation does to the resource it is about, as its method, path and schemas imply."""

    CREATE = "create"
    READ = "read"
    LIST = "list"
    UPDATE = "update"
    MOVE = "move"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The states of a resource and the moves between them: `x-transitions` on its status enum.

    `initial` is the first key; `transitions` maps a state to the states that it may become (final: none).
    """

    initial: str
    transitions: Mapping[str, tuple[str, ...]]
    location: Location

    def allows(self, state: str, target: str) -> bool:
        """Whether a resource in `state` may become `target`."""
        return target in self.transitions.get(state, ())


@dataclass(frozen=True, slots=True)
class Resource:
    """An object that a service stores: `x-resource` on its schema, or implied by the paths of a foreign document.

    `key` is the property that identifies it, `id_pattern` is `uuid` or a template such as `order-{n}`;
    `owner` the property that names whose it is; `unique` maps a property to the problem code of a duplicate;
    `state` is the property that carries the lifecycle, `numeric` whether the key is a number in JSON.
    """

    name: str
    service: str
    collection: str
    schema: Schema
    key: str
    id_pattern: str
    owner: str | None
    unique: Mapping[str, str]
    state: str | None
    lifecycle: Lifecycle | None
    location: Location
    numeric: bool = field(init=False)

    def __post_init__(self) -> None:
        key = self.schema.properties.get(self.key)
        object.__setattr__(self, "numeric", key is not None and not {"integer", "number"}.isdisjoint(key.types))


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One problem code as one response of one operation declares it, with its example's title and detail."""

    code: str
    status: int
    title: str
    type: str
    detail: str
    location: Location


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query or header parameter; `schema` validates the converted value."""

    name: str
    place: str
    required: bool
    schema: Schema
    location: Location


@dataclass(frozen=True, slots=True)
class Body:
    """The request body of an operation, JSON only: `schema` validates it, `examples` show it by name."""

    media_type: str
    required: bool
    schema: Schema
    examples: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Header:
    """One header of a declared answer; `schema` validates the converted value, None where the document gives none."""

    name: str
    required: bool
    schema: Schema | None
    location: Location


@dataclass(frozen=True, slots=True)
class Response:
    """One declared answer. `schema` is None where the response has no content or content that is not JSON.

    `examples` maps an example's name to its value (a single `example` is named `default`). `headers` are the names of
    what `described` tells of.
    """

    status: int
    description: str
    media_type: str | None
    schema: Schema | None
    examples: Mapping[str, Any]
    headers: tuple[str, ...]
    location: Location
    described: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service; `name` is its operationId (`orders.create`), used everywhere.

    `resource` is what it is about, `action` what it does to it. `problems` maps each problem code that its
    responses declare to status and wording. `emits` are event types (`x-emits`), `moves_to` a state (`x-moves-to`).
    `moves_by` names the body property that carries the lifecycle's field, where the body says the target state.
    """

    name: str
    service: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[int, Response]
    secured: bool
    resource: Resource | None
    action: Action
    moves_to: str | None
    moves_by: str | None
    emits: tuple[str, ...]
    problems: Mapping[str, ProblemType]
    location: Location

    @property
    def success(self) -> Response:
        """The first declared 2xx response; in a foreign document without one, the first declared response."""
        statuses = sorted(self.responses)
        return self.responses[next((status for status in statuses if 200 <= status < 300), statuses[0])]  # noqa: PLR2004 - the HTTP class of success


@dataclass(frozen=True, slots=True)
class EventExample:
    """One example of a message as its document gives it; `headers` and `payload` are None where it leaves them out."""

    name: str
    summary: str
    headers: Mapping[str, Any] | None
    payload: Any


@dataclass(frozen=True, slots=True)
class EventEnd:
    """One end of an event: a service that sends or receives it, and what the AsyncAPI operation says of that.

    `action` is `send` or `receive`, `bindings` are the operation's by protocol.
    """

    service: str
    action: str
    summary: str
    description: str
    bindings: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Event:
    """One event type: its channel, its payload's schema and example, and the services that receive it.

    `headers` is the schema of what travels beside the payload, None if the document declares none. `examples` are all
    that the message has, `ends` says of each service what it does with the event, senders first.
    """

    type: str
    service: str
    channel: str
    payload: Schema
    example: Mapping[str, Any]
    receivers: tuple[str, ...]
    location: Location
    headers: Schema | None = None
    examples: tuple[EventExample, ...] = ()
    ends: tuple[EventEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a service's AsyncAPI document, under its `name` there.

    `messages` maps the key of each of its messages to the event type, `bindings` are by protocol.
    """

    name: str
    service: str
    address: str
    title: str
    description: str
    messages: Mapping[str, str]
    bindings: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Service:
    """One service: an OpenAPI document and, where it sends or receives events, an AsyncAPI document.

    `documents` are file paths relative to the contract's root, `event_documents` those of them that are AsyncAPI's.
    `port` comes from the first server URL, 0 if there is none.
    """

    name: str
    title: str
    version: str
    description: str
    port: int
    operations: tuple[Operation, ...]
    documents: tuple[str, ...]
    location: Location
    event_documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """All documents of one contract, resolved and checked; lives as long as its readers want.

    Services and operations are keyed by name, resources by collection, events by type. `channels` are in the order of
    the documents. `files` are all documents that were read, also those that are only referred to.
    `problems` are the general problem codes of `openapi/common.yaml`, for answers that belong to no operation.
    `notes` say of a foreign document what each operation will do and what is left out.
    """

    root: Path
    services: Mapping[str, Service]
    operations: Mapping[str, Operation]
    resources: Mapping[str, Resource]
    events: Mapping[str, Event]
    problems: Mapping[str, ProblemType]
    files: Sequence[Path]
    notes: tuple[str, ...] = field(default=())
    channels: tuple[Channel, ...] = ()
