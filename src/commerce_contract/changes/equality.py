"""Whether two schemas say the same, whatever words explain them and however they are spread over the documents."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from commerce_contract.checks.features import ASSERTED
from commerce_contract.document import Document, Node
from commerce_contract.grammar import GRAMMARS, Shape
from commerce_contract.library import Library
from commerce_contract.schema import Schema

_HOLDERS: Final = {name: each.shape for name, each in GRAMMARS["openapi"]["schema"].items() if each.kind == "schema"}
_SILENT: Final = frozenset({
    "$comment", "$defs", "$schema", "contentEncoding", "contentMediaType", "contentSchema", "default", "definitions",
    "deprecated", "description", "example", "examples", "externalDocs", "readOnly", "title", "writeOnly", "xml",
})  # fmt: skip
_SETS: Final = frozenset({"enum", "required", "type"})
_FLATTENED: Final = frozenset({"$ref", "allOf"})
AROUND: Final = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""What these say depends on everything beside them."""

Pair = tuple[tuple[Document, str], tuple[Document, str]]


class Place(NamedTuple):
    """A node and the documents that its references lead through."""

    library: Library
    node: Node

    def end(self) -> "Place":
        """Where a schema leads that is nothing but a reference."""
        node: Node | None = self.node
        seen = set()
        while node is not None and node.key not in seen and set(words(node)) == {"$ref"}:
            seen.add(node.key)
            node = self.library.target(node)
        return self if node is None else Place(self.library, node)


def words(node: Node) -> dict[str, Any]:
    """The keywords of a schema that say which values it accepts; none where it accepts all, `false` where it does none.

    Formats that no validator asserts are words of explanation.
    """
    if not isinstance(node.value, dict):
        return {} if node.value is True else {"false": node.value}
    return {
        name: value
        for name, value in node.value.items()
        if name not in _SILENT and not name.startswith("x-") and (name != "format" or value in ASSERTED)
    }


def written(value: Any) -> str:
    """A JSON value as text, the same for the same value only."""
    return json.dumps(value, sort_keys=True, default=str)


@dataclass(slots=True)
class Equality:
    """Compares schemas of two contracts; lives for one comparison, and knows what it has found equal."""

    _known: set[Pair] = field(default_factory=set)

    def schemas(self, one: Schema, other: Schema) -> bool:
        """Whether two schemas say the same in the same places; where they do not, they may still accept the same."""
        ones, others = list(places(one)), list(places(other))
        return len(ones) == len(others) and all(map(self.own, ones, others))

    def own(self, one: Place, other: Place) -> bool:
        """Whether two places say the same themselves, beside what they refer to and put together with `allOf`."""
        left, right = words(one.node), words(other.node)
        skipped = frozenset() if AROUND.intersection(left) else _FLATTENED
        return self._whole(one, other, set(left) - skipped, set(right) - skipped)

    def part(self, one: Place, other: Place, keywords: Iterable[str]) -> bool:
        """Whether two places say the same with some of their keywords."""
        left, right = words(one.node).keys() & set(keywords), words(other.node).keys() & set(keywords)
        return self._whole(one, other, left, right)

    def _whole(self, one: Place, other: Place, left: set[str], right: set[str]) -> bool:
        assumed: set[Pair] = set()
        found = left == right and all(self._keyword(name, one, other, assumed) for name in left)
        self._known |= assumed if found else set()
        return found

    def _same(self, one: Place, other: Place, assumed: set[Pair]) -> bool:
        one, other = one.end(), other.end()
        pair = one.node.key, other.node.key
        if pair in self._known or pair in assumed:
            return True
        assumed.add(pair)  # a circle says the same unless something in it does not
        left, right = words(one.node), words(other.node)
        return left.keys() == right.keys() and all(self._keyword(name, one, other, assumed) for name in left)

    def _keyword(self, name: str, one: Place, other: Place, assumed: set[Pair]) -> bool:
        if name == "$ref":
            ends = one.library.target(one.node), other.library.target(other.node)
            if ends[0] is None or ends[1] is None:
                return False
            return self._same(Place(one.library, ends[0]), Place(other.library, ends[1]), assumed)
        shape = _HOLDERS.get(name)
        left, right = one.node.below(name), other.node.below(name)
        if shape is None or not isinstance(left.value, type(right.value)):
            return bool(_said(name, left.value) == _said(name, right.value))
        ours, theirs = dict(_held(shape, left)), dict(_held(shape, right))
        return ours.keys() == theirs.keys() and all(
            self._same(Place(one.library, ours[key]), Place(other.library, theirs[key]), assumed) for key in ours
        )


def places(schema: Schema) -> Iterator[Place]:
    """The places that a schema is put together from."""
    return (Place(schema.compiler.library, site) for site in schema.sites)


def _held(shape: Shape, node: Node) -> Iterator[tuple[str, Node]]:
    if shape is Shape.LIST:
        yield from ((each.name, each) for each in node.elements())
    elif shape is Shape.ONE:
        yield "", node
    else:
        yield from node.members()


def _said(name: str, value: Any) -> Any:
    if name in _SETS and isinstance(value, list):
        return {written(each) for each in value}
    return written(value)
