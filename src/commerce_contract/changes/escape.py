"""Ways in which a value of one schema may be refused by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from commerce_contract.changes.form import Form
from commerce_contract.schema import MISSING, Schema
from commerce_contract.source import Location

Path = tuple[str, ...]
"""Where in a value: property names, `[]` for any element, `*` for any other property."""


class Kind(StrEnum):
    """What lets a value escape, as far as readers of a change tell one from another."""

    VALUES = "values"  # some of the listed values are not accepted
    REQUIRED = "required"  # a property may be missing that must be there
    UNDECLARED = "undeclared"  # a property may be anything, since only the other schema knows it
    NAMED = "named"  # a property may be what the other schema, which does not name it, asks of none
    RULE = "rule"  # a keyword says less than the other schema asks for


@dataclass(frozen=True, slots=True)
class Escape:
    """One way in which a value that `inner` accepts may be refused by `outer`.

    `decided` is False where nobody knows whether there is such a value. `keyword` is what the outer schema asks for,
    `path` where in the value. What both say of it is MISSING where they say nothing; `values` are the values that
    escape, where they can be listed.
    """

    kind: Kind
    keyword: str
    path: Path
    inner: Location
    outer: Location
    inner_says: Any = MISSING
    outer_says: Any = MISSING
    values: tuple[Any, ...] = ()
    decided: bool = True


class Judge(Protocol):
    """Who judges schemas inside of schemas; lives for one comparison."""

    def between(self, inner: Schema, outer: Schema, path: Path) -> Sequence[Escape]:
        """The ways out of one schema's values through another; empty where it contains them all."""

    def from_form(self, form: Form, outer: Schema, path: Path) -> Sequence[Escape]:
        """The same for one form of the inner schema."""

    def forms(self, schema: Schema) -> Sequence[Form]:
        """The forms whose values together are all that a schema accepts."""

    def same(self, one: Schema, other: Schema) -> bool:
        """Whether two schemas say the same."""
