"""What the generator prints: the contract as a client sees it, in small frozen values made once a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from commerce_cli.generate.shapes import Model, Named, Nullable, Shape


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method: `name` in Python, `wire` in the `place` where it is sent (path, query, header, body).

    `is_joined` says that a list is sent as one text with commas.
    """

    name: str
    wire: str
    place: str
    shape: Shape
    required: bool
    description: str
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """How the answers of an operation are pages: attributes of its result, and the class of an entry."""

    items: str
    key: str
    entry: Shape


@dataclass(frozen=True, slots=True)
class Move:
    """What `commerce_sdk._operation.Move` says, see there."""

    read: str
    state: str
    target: str | None
    given: str | None


@dataclass(frozen=True, slots=True)
class Raised:
    """A problem that a method may raise: the class of the code, and the statuses that the operation declares for it."""

    error: str
    code: str
    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What comes back: `reference` as the runtime finds it, None for nothing; `shape` for type checkers."""

    reference: str | None
    shape: Shape | None
    description: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a resource, and the operation that it calls.

    `body` is the definition of the body; `is_whole` says that it is one argument instead of one for each property.
    `idempotency_key` names the header. `source` is the place in the documents.
    """

    name: str
    operation: str
    http: str
    path: str
    summary: str
    description: str
    arguments: tuple[Argument, ...]
    body: Named | None
    is_whole: bool
    media_type: str
    returned: Returned
    secured: bool
    idempotency_key: tuple[str, str] | None
    raised: tuple[Raised, ...]
    move: Move | None
    page: Paging | None
    source: str

    @property
    def nullable(self) -> tuple[str, ...]:
        """The properties of the body for which None is a value."""
        return tuple(each.wire for each in self.arguments if each.place == "body" and is_nullable(each.shape))


@dataclass(frozen=True, slots=True)
class Wait:
    """A method that waits until what `method` reads leaves its first state; `state` is the attribute that tells."""

    name: str
    method: Method
    state: str
    leaves: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One service as a client sees it: a module, a class and its async twin, an attribute of the client.

    `url` is where the documents say that the service is, empty if they do not.
    """

    module: str
    name: str
    about: str
    url: str
    methods: tuple[Method, ...]
    waits: tuple[Wait, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """The class of a problem code with one of its statuses."""

    name: str
    parents: tuple[str, ...]
    code: str
    status: int
    title: str
    detail: str
    source: str


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type with the class of its payload and the method that handles it."""

    type: str
    model: Named
    handler: str
    description: str


@dataclass(frozen=True, slots=True)
class Package:
    """All of a client. `sources` maps a module of models to the documents that it is from."""

    name: str
    resources: tuple[Resource, ...]
    models: Mapping[Named, Model]
    errors: tuple[ErrorClass, ...]
    events: tuple[EventType, ...]
    sources: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]


def is_nullable(shape: Shape) -> bool:
    """Whether null is one of its values."""
    return isinstance(shape, Nullable)
