"""Two schemas side by side, property by property: what came and went, and what is said of each besides its values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from commerce_contract.changes.equality import written
from commerce_contract.changes.escape import Path
from commerce_contract.changes.naming import place_name, shown
from commerce_contract.schema import MISSING, Schema
from commerce_contract.source import Location

_HIDING: Final = (("writeOnly", "write_only"), ("readOnly", "read_only"))


@dataclass(frozen=True, slots=True)
class Field:
    """Something found at a path: the end of its rule's id, a sentence, and where it stands."""

    rule: str
    path: Path
    what: str
    old: Location
    new: Location
    detail: str


@dataclass(slots=True)
class Fields:
    """Walks two schemas together; lives for one pair. `otherwise` names what is no component."""

    otherwise: str
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def walk(self, old: Schema, new: Schema, path: Path = ()) -> Iterator[Field]:
        """What differs below two schemas, each pair once."""
        if (old.uri, new.uri) in self._seen:
            return
        self._seen.add((old.uri, new.uri))
        for name in dict.fromkeys((*old.properties, *new.properties)):
            yield from self._property(old, new, name, (*path, name))
        if old.items is not None and new.items is not None:
            yield from self.walk(old.items, new.items, (*path, "[]"))
        rest = [_rest(schema) for schema in (old, new)]
        if rest[0] is not None and rest[1] is not None:
            yield from self.walk(rest[0], rest[1], (*path, "*"))

    def _property(self, old: Schema, new: Schema, name: str, path: Path) -> Iterator[Field]:
        before, after = old.properties.get(name), new.properties.get(name)
        if before is None or after is None:
            where = declared_at(new if before is None else old, name)
            place = place_name(where, "", self.otherwise)
            rule, what = ("added", f"`{place}` is new") if before is None else ("removed", f"`{place}` is gone")
            yield Field(
                f"property-{rule}", path, what,
                where if after is None else old.location, where if before is None else new.location, name,
            )  # fmt: skip
            return
        places = declared_at(old, name), declared_at(new, name)
        yield from _said(before, after, path, places, place_name(places[1], "", self.otherwise))
        yield from self.walk(before, after, path)


def _said(old: Schema, new: Schema, path: Path, places: tuple[Location, Location], place: str) -> Iterator[Field]:
    """What is said of a property that both know."""
    if differs(old.default, new.default):
        what = f"the default of `{place}` is {_value(new.default)}, and was {_value(old.default)}"
        yield Field("default-changed", path, what, *places, "default")
    if old.problem != new.problem:
        what = f"the code for a wrong `{place}` is {_code(new.problem)}, and was {_code(old.problem)}"
        yield Field("property-problem-changed", path, what, *places, "x-problem")
    for keyword, attribute in _HIDING:
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before != after:
            rule, now = ("property-hidden", "is") if after else ("property-shown", "is not")
            yield Field(rule, path, f"`{place}` {now} `{keyword}`", *places, keyword)


def declared_at(schema: Schema, name: str) -> Location:
    """Where a property is declared."""
    for each in (schema, *schema.branches):
        for site in each.sites:
            if site.get("properties", name) is not None:
                return site.below("properties", name).location
    found = schema.properties.get(name)
    return found.location if found is not None else schema.location


def differs(one: Any, other: Any) -> bool:
    """Whether two values that may be MISSING are not the same."""
    if one is MISSING or other is MISSING:
        return one is not other
    return written(one) != written(other)


def _rest(schema: Schema) -> Schema | None:
    nodes = [site.below("additionalProperties") for site in schema.sites if site.get("additionalProperties")]
    return schema.part(*nodes) if nodes and all(isinstance(node.value, dict) for node in nodes) else None


def _value(value: Any) -> str:
    return "nothing" if value is MISSING else shown(value)


def _code(code: str | None) -> str:
    return f"`{code}`" if code else "the general one"
