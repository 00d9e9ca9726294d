"""Schemas as alternatives of plain rules: each form is a set of rules that hold together, with no choice left."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, isfinite
from typing import Any, Final

from commerce_contract.document import Node
from commerce_contract.schema import Schema
from commerce_contract.source import Location

ATOMS: Final = frozenset({"null", "boolean", "integer", "fraction", "string", "array", "object"})
"""Kinds of JSON values that do not overlap: a number is an integer or a fraction."""
NUMBERS: Final = frozenset({"integer", "fraction"})
_SMALL: Final = 64  # whole numbers that are looked at one by one
_NOWHERE: Final = "/~anything"  # ends no JSON pointer, so no other node has it

Bound = tuple[Fraction, bool]
"""A limit and whether it is excluded itself."""


@dataclass(frozen=True, eq=False)
class Form:
    """Rules that hold together; lives for one comparison.

    `sites` are the nodes that say them. `fixed` are properties that are there with one of these values, since a
    discriminator chose this form by it. `excluded` are schemas that no value of it satisfies (the other branches of a
    `oneOf`). `partial` says that more rules hold, so that it may accept more than its schema.
    """

    schema: Schema
    sites: tuple[Node, ...]
    fixed: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    excluded: tuple[Schema, ...] = ()
    partial: bool = False
    among: frozenset[str] = ATOMS

    def only(self, atom: str) -> "Form":
        """The values of one kind among those of this form."""
        return replace(self, among=frozenset({atom}))

    def says(self, keyword: str) -> Iterator[Any]:
        """What the sites say with a keyword."""
        return (site.value[keyword] for site in self.sites if isinstance(site.value, dict) and keyword in site.value)

    def where(self, keyword: str) -> Location:
        """Where a keyword stands; where the schema does if it says nothing."""
        found = (site.below(keyword).location for site in self.sites if site.get(keyword) is not None)
        return next(found, location_of(self.schema))

    @cached_property
    def atoms(self) -> frozenset[str]:
        """The kinds of values it has; none where it accepts nothing."""
        left = self.among & {"object"} if self.fixed else self.among
        for site in self.sites:
            left &= atoms_of(site)
        return left - {"fraction"} if any(step.denominator == 1 for step in self.steps) else left

    @cached_property
    def narrowed(self) -> bool:
        """Whether rules hold whose effect on lengths, values and the like is not known."""
        loose = ("pattern", "format", "not", "if", "contains", "propertyNames", "dependentRequired", "dependentSchemas")
        return self.partial or any(True for keyword in loose for _ in self.says(keyword))

    @cached_property
    def steps(self) -> tuple[Fraction, ...]:
        """The numbers that it asks to be divisible by."""
        return tuple(step for each in self.says("multipleOf") if (step := exact(each)) is not None and step > 0)

    def least(self, sign: int) -> Bound | None:
        """The lower bound of its numbers, with sign -1 that of their opposites; None where there is none."""
        names = ("minimum", "exclusiveMinimum") if sign > 0 else ("maximum", "exclusiveMaximum")
        found = [
            (sign * limit, excluded)
            for excluded, name in enumerate(names)
            for each in self.says(name)
            if (limit := exact(each)) is not None
        ]
        return self.stepped((max(found)[0], bool(max(found)[1]))) if found else None

    def stepped(self, bound: Bound) -> Bound:
        """A lower bound moved up to the first number that the form can have."""
        limit, excluded = bound
        steps = [*self.steps, *([Fraction(1)] if not self.atoms_of_numbers - {"integer"} else [])]
        if not steps:
            return bound
        step = max(steps)
        count = ceil(limit / step)
        return (count + (1 if excluded and count * step == limit else 0)) * step, False

    @cached_property
    def atoms_of_numbers(self) -> frozenset[str]:
        """The kinds of numbers that its types allow."""
        left = self.among & NUMBERS
        for site in self.sites:
            left &= atoms_of(site)
        return left

    def most(self, keyword: str) -> int:
        """The largest of the counts that the sites ask for at least, 0 where none does."""
        return max((each for each in self.says(keyword) if isinstance(each, int)), default=0)

    def fewest(self, keyword: str) -> int | None:
        """The smallest of the counts that the sites allow at most."""
        return min((each for each in self.says(keyword) if isinstance(each, int)), default=None)

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that every object of it has."""
        return frozenset(self.fixed).union(*(each for each in self.says("required") if isinstance(each, list)))

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The properties that it names."""
        return tuple(dict.fromkeys(name for each in self.says("properties") for name in each))

    def member(self, name: str) -> Schema | None:
        """What a property must satisfy, None where it may be anything."""
        nodes = [node for site in self.sites for node in _member(site, name)]
        return self.schema.part(*nodes) if nodes else None

    @cached_property
    def rest(self) -> Schema | None:
        """What a property must satisfy that nobody names, None where it may be anything."""
        nodes = [site.below("additionalProperties") for site in self.sites if "additionalProperties" in _mapping(site)]
        return self.schema.part(*nodes) if nodes else None

    @cached_property
    def closed(self) -> bool:
        """Whether its objects have no other properties than those that it names."""
        shut = self.rest is not None and any(site.value is False for site in self.rest.sites)
        return shut and not any(self.says("patternProperties"))

    @cached_property
    def items(self) -> Schema | None:
        """What elements must satisfy, None where they may be anything."""
        nodes = [site.below("items") for site in self.sites if "items" in _mapping(site)]
        return self.schema.part(*nodes) if nodes else None

    def values_of(self, name: str) -> tuple[Any, ...] | None:
        """The values of a property where they can be listed."""
        if name in self.fixed:
            return self.fixed[name]
        member = self.member(name)
        return None if member is None else Form(member, member.sites).values

    @cached_property
    def values(self) -> tuple[Any, ...] | None:
        """All its values (and perhaps some more) where they can be listed."""
        listed = next(self._listed(), None)
        if listed is None:
            listed = self._counted()
        if listed is None:
            return None
        return tuple(value for value in listed if atom_of(value) in self.atoms and self.accepts(value))

    @property
    def enumerated(self) -> bool:
        """Whether its values are listed in the documents, and not only few."""
        return next(self._listed(), None) is not None

    def _listed(self) -> Iterator[tuple[Any, ...]]:
        yield from ((each,) for each in self.says("const"))
        yield from (tuple(each) for each in self.says("enum") if isinstance(each, list))

    def _counted(self) -> tuple[Any, ...] | None:
        if not self.atoms <= {"null", "boolean", "integer"}:
            return None
        found: list[Any] = [
            *([None] if "null" in self.atoms else []),
            *([True, False] if "boolean" in self.atoms else []),
        ]
        if "integer" in self.atoms:
            low, high = self.least(1), self.least(-1)
            if low is None or high is None or -high[0] - low[0] >= _SMALL:
                return None
            found += range(ceil(low[0]), int(-high[0] // 1) + 1)
        return tuple(found)

    def accepts(self, value: Any) -> bool:
        """Whether a value satisfies what its sites say."""
        real = [site for site in self.sites if not site.pointer.endswith(_NOWHERE)]
        return not real or self.schema.part(*real).is_valid(value)


def anything(schema: Schema) -> Schema:
    """The schema that accepts everything, in the place of another that says nothing of what is inside of it."""
    site = schema.sites[0]
    return schema.part(anything_at(site))


def anything_at(node: Node) -> Node:
    """What accepts everything, in the place of a node."""
    return Node(node.document, node.pointer.removesuffix(_NOWHERE) + _NOWHERE, value=True)


def location_of(schema: Schema) -> Location:
    """Where a schema stands, or the one that says nothing in its place."""
    found = schema.location
    return replace(found, pointer=found.pointer.removesuffix(_NOWHERE))


def exact(number: Any) -> Fraction | None:
    """A number as it is written; None for what is no number."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
        return None
    return Fraction(str(number))


def atoms_of(site: Node) -> frozenset[str]:
    """The kinds of values that one site allows."""
    if site.value is False:
        return frozenset()
    said = site.get("type")
    names = said if isinstance(said, list) else [said]
    if said is None:
        return ATOMS
    return frozenset(atom for name in names for atom in (NUMBERS if name == "number" else (str(name),)))


def atom_of(value: Any) -> str:
    """The kind of a value."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "fraction"
    kinds = ((bool, "boolean"), (int, "integer"), (str, "string"), (list, "array"), (dict, "object"))
    return next((atom for kind, atom in kinds if isinstance(value, kind)), "null")


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of the documents is found in a text; False where Python cannot read it."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _mapping(site: Node) -> Mapping[str, Any]:
    return site.value if isinstance(site.value, dict) else {}


def _member(site: Node, name: str) -> Iterator[Node]:
    """What one site asks of a property."""
    named = "properties" in _mapping(site) and name in (site.get("properties") or {})
    if named:
        yield site.below("properties", name)
    patterns = [node for pattern, node in site.below("patternProperties").members() if matches(pattern, name)]
    yield from patterns
    if not named and not patterns and "additionalProperties" in _mapping(site) and not _unread(site):
        yield site.below("additionalProperties")


def _unread(site: Node) -> bool:
    """Whether a pattern stands here that Python cannot read: then nobody knows which names it is for."""
    for pattern, _ in site.below("patternProperties").members():
        try:
            re.compile(pattern)
        except re.error:
            return True
    return False
