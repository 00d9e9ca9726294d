"""What a value of the contract looks like, as far as a client cares: small frozen values, made once a run.

Constraints are left out on purpose: they belong to the service, and a client must survive their change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """A value without parts."""

    ANY = "any"
    STRING = "string"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of a kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Words:
    """Strings that are listed; `is_open` says that a later contract may list more."""

    values: tuple[str, ...]
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    items: "Shape"


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys are data."""

    values: "Shape"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several, none of which has a name."""

    variants: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Nullable:
    """It, or null."""

    shape: "Shape"


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """What has a definition: `name` in the `module` of the generated package's models."""

    module: str
    name: str

    @property
    def reference(self) -> str:
        """How the runtime finds it: `orders:Order`."""
        return f"{self.module}:{self.name}"


Shape: TypeAlias = Scalar | Words | ListOf | MapOf | AnyOf | Nullable | Named
ANYTHING = Scalar(Kind.ANY)


@dataclass(frozen=True, slots=True)
class Member:
    """One property of an object, under its name on the wire."""

    wire: str
    shape: Shape
    required: bool
    description: str = ""
    read_only: bool = False
    write_only: bool = False


@dataclass(frozen=True, slots=True)
class ObjectModel:
    """An object with properties; `base` is the path of its class's base where it is not `Model`."""

    members: tuple[Member, ...]
    description: str = ""
    base: str | None = None

    def member(self, wire: str) -> Member | None:
        """The property of that name."""
        return next((member for member in self.members if member.wire == wire), None)


@dataclass(frozen=True, slots=True)
class UnionModel:
    """One of several. With a `tag` the variant follows from that property: `values` says which from which.

    `mapping` is what the discriminator says, value to class; `unknown` is the variant for tags that are not listed.
    """

    variants: tuple[Shape, ...]
    description: str = ""
    tag: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Named] = field(default_factory=dict)
    unknown: Named | None = None


@dataclass(frozen=True, slots=True)
class AliasModel:
    """Another name for a shape without one."""

    shape: Shape
    description: str = ""


Model: TypeAlias = ObjectModel | UnionModel | AliasModel


def names_in(shape: Shape) -> Iterator[Named]:
    """Every definition that a shape refers to."""
    match shape:
        case Named():
            yield shape
        case ListOf(inner) | MapOf(inner) | Nullable(inner):
            yield from names_in(inner)
        case AnyOf(variants):
            for variant in variants:
                yield from names_in(variant)
        case Scalar() | Words():
            return


def shapes_in(model: Model) -> Iterator[Shape]:
    """The shapes that a definition is made of."""
    match model:
        case ObjectModel(members=members):
            yield from (member.shape for member in members)
        case UnionModel(variants=variants, unknown=unknown):
            yield from variants
            if unknown is not None:
                yield unknown
        case AliasModel(shape=shape):
            yield shape


def reachable(models: Mapping[Named, Model], roots: Iterator[Shape]) -> set[Named]:
    """Every definition that the shapes lead to."""
    found: set[Named] = set()
    waiting = [name for shape in roots for name in names_in(shape)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [inner for shape in shapes_in(models[name]) for inner in names_in(shape)]
    return found
