"""Schemas of the contract read into shapes and definitions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from commerce_cli.generate.names import camel, class_name, snake, unused
from commerce_cli.generate.shapes import (
    ANYTHING,
    AliasModel,
    AnyOf,
    Kind,
    ListOf,
    MapOf,
    Member,
    Model,
    Named,
    Nullable,
    ObjectModel,
    Scalar,
    Shape,
    UnionModel,
    Words,
    names_in,
)
from commerce_contract import MISSING, Schema
from commerce_contract.document import Node

SHARED: Final = "shared"
EVENTS: Final = "events"
_COMPONENTS: Final = "/components/schemas"
_CENT: Final = Decimal("0.01")
_MOMENTS: Final = {"date-time": Kind.MOMENT, "date": Kind.DATE}
_SCALARS: Final = {"string": Kind.STRING, "integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}
# What makes a schema more than the component that it refers to, and what of it becomes part of a client at all.
_STRUCTURE: Final = frozenset(
    {"properties", "required", "enum", "const", "items", "oneOf", "anyOf", "additionalProperties"}
)


@dataclass(slots=True)
class SchemaReader:
    """Gives schemas shapes, and gathers the definitions that these need in `models`; lives for one run.

    `modules` maps the file of a document to the module of its models, `sources` a module to the files it is from.
    """

    modules: Mapping[str, str]
    models: dict[Named, Model] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    _named: dict[str, Named] = field(default_factory=dict)

    def shape(self, schema: Schema, hint: str, module: str) -> Shape:
        """The shape of a schema; `hint` and `module` name what has to be defined and has no name of its own."""
        inner = self._present(schema, hint, module)
        nullable = inner != ANYTHING and not isinstance(inner, Nullable) and _takes_null(schema)
        return Nullable(inner) if nullable else inner

    def defined(self, schema: Schema, hint: str, module: str) -> Named:
        """The definition of a schema, made for it if it had none."""
        shape = self.shape(schema, hint, module)
        return shape if isinstance(shape, Named) else self.alias(shape, hint, module, _description(schema))

    def alias(self, shape: Shape, hint: str, module: str, description: str = "") -> Named:
        """A definition for a shape that has none."""
        name = self._new(module, hint)
        self.models[name] = AliasModel(shape, description)
        return name

    def _present(self, schema: Schema, hint: str, module: str) -> Shape:  # noqa: PLR0911 - one a kind of schema
        """The shape of what is not null."""
        branches = _alternatives(schema)
        own = any(isinstance(site.get("properties"), dict) for site in schema.sites)
        if isinstance(schema.const, str):
            return Words((schema.const,))
        if len(branches) == 1 and not own:
            return self.shape(branches[0], hint, module)
        if branches and not own:
            return self._union(schema, branches, hint, module)
        if schema.properties:
            return self._define(schema, hint, module, self._object)
        if values := tuple(value for value in schema.enum if isinstance(value, str)):
            words = Words(values)
            return self._define(schema, hint, module, lambda *_: AliasModel(words)) if _component(schema) else words
        shapes = tuple(self._typed(schema, name, hint, module) for name in _types(schema))
        if not shapes or ANYTHING in shapes:
            return ANYTHING
        return shapes[0] if len(shapes) == 1 else AnyOf(shapes)

    def _typed(self, schema: Schema, name: str, hint: str, module: str) -> Shape:
        if name == "array":
            return ListOf(self.shape(schema.items, f"{hint}Item", module) if schema.items else ANYTHING)
        if name == "object":
            values = _values(schema)
            return MapOf(self.shape(values, f"{hint}Value", module) if values else ANYTHING)
        if name == "string":
            return Scalar(Kind.SECRET if schema.write_only else _MOMENTS.get(schema.format or "", Kind.STRING))
        if name == "number" and _is_money(schema):
            return Scalar(Kind.MONEY)
        return Scalar(_SCALARS.get(name, Kind.ANY))

    def _union(self, schema: Schema, branches: Sequence[Schema], hint: str, module: str) -> Shape:
        if _component(schema) is None:
            shapes = self._variants(branches, hint, module)
            named = [name for shape in shapes for name in names_in(shape)]
            if (single := _one(shapes)) is not None:
                return single
            if all(isinstance(self.models.get(name), AliasModel) for name in named):
                return AnyOf(shapes)
        return self._define(schema, hint, module, self._one_of)

    def _one_of(self, schema: Schema, name: Named) -> UnionModel:
        shapes = self._variants(_alternatives(schema), name.name, name.module)
        return UnionModel(shapes, _description(schema), *_discriminator(schema))

    def _variants(self, branches: Sequence[Schema], hint: str, module: str) -> tuple[Shape, ...]:
        hints = [f"{hint}{_branch_name(branch) or number}" for number, branch in enumerate(branches, 1)]
        found = (self.shape(branch, name, module) for branch, name in zip(branches, hints, strict=True))
        return tuple(dict.fromkeys(found))

    def _object(self, schema: Schema, name: Named) -> ObjectModel:
        members = (
            Member(
                wire=wire,
                shape=self.shape(member, f"{name.name}{camel(snake(wire))}", name.module),
                required=wire in schema.required,
                description=_description(member),
                read_only=member.read_only,
                write_only=member.write_only,
            )
            for wire, member in schema.properties.items()
        )
        return ObjectModel(tuple(members), _description(schema))

    def _define(self, schema: Schema, hint: str, module: str, make: Callable[[Schema, Named], Model]) -> Named:
        """The definition of a schema, made once: under the component's name, or under the hint."""
        component = _component(schema)
        node = component or next(iter(schema.sites), None)
        key = node.uri if node else f"{schema.uri} and others"
        if (known := self._named.get(key)) is not None:
            return known
        if component is not None:
            module = self.modules.get(component.document.file, SHARED)
        self.sources.setdefault(module, set()).add(schema.location.file if node is None else node.document.file)
        name = self._named[key] = self._new(module, component.name if component else hint)
        made = make(schema, name)
        told = component.text("description").strip() if component else ""
        self.models[name] = replace(made, description=told or made.description)
        return name

    def _new(self, module: str, hint: str) -> Named:
        taken = {name.name for name in (*self.models, *self._named.values()) if name.module == module}
        return Named(module, unused(class_name(hint), taken))


def _component(schema: Schema) -> Node | None:
    """The component that a schema is, or refers to without adding anything that a client would see."""
    found = next((site for site in schema.sites if _is_component(site)), None)
    if found is None:
        return None
    before = schema.sites[: schema.sites.index(found)]
    leads_on = all(_is_only_reference(site) for site in before)
    return found if leads_on else None


def _is_only_reference(site: Node) -> bool:
    """Whether a schema is nothing but one other, with a description at most."""
    parts = [part for part in (site.get("$ref"), *(site.get("allOf") or ())) if part is not None]
    return len(parts) == 1 and not _STRUCTURE.intersection(site.value)


def _is_component(site: Node) -> bool:
    return site.pointer.rpartition("/")[0] == _COMPONENTS


def _branch_name(branch: Schema) -> str:
    """A name for an alternative: its own, or the constant that tells it from the others; the empty string without."""
    constants = (member.const for member in branch.properties.values())
    told = next((constant for constant in constants if isinstance(constant, str)), "")
    return branch.name or (camel(told) if told else "")


def _alternatives(schema: Schema) -> list[Schema]:
    """The branches that are more than null."""
    return [branch for branch in schema.branches if set(branch.types) != {"null"}]


def _one(shapes: Iterable[Shape]) -> Shape | None:
    """The one shape that several are, None where they differ; lists of words are one list."""
    different = tuple(dict.fromkeys(shapes))
    if len(different) == 1:
        return different[0]
    lists = [shape for shape in different if isinstance(shape, Words)]
    if len(lists) < len(different):
        return None
    return Words(tuple(dict.fromkeys(word for words in lists for word in words.values)))


def _description(schema: Schema) -> str:
    found = schema.keyword("description")
    return found.strip() if isinstance(found, str) else ""


def _takes_null(schema: Schema) -> bool:
    own = schema.keyword("type")
    listed = own is not MISSING and "null" in (own if isinstance(own, list) else [own])
    return listed or None in schema.enum or any(set(branch.types) == {"null"} for branch in schema.branches)


def _is_money(schema: Schema) -> bool:
    step = schema.keyword("multipleOf")
    return schema.format == "decimal" or (step is not MISSING and Decimal(str(step)) == _CENT)


def _discriminator(schema: Schema) -> tuple[str | None, dict[str, str]]:
    """The property that a `discriminator` names, and which class each of its mapped values means."""
    found = schema.keyword("discriminator")
    if not isinstance(found, dict) or not isinstance(name := found.get("propertyName"), str):
        return None, {}
    mapping = found.get("mapping") or {}
    return name, {str(value): class_name(str(target).rpartition("/")[2]) for value, target in mapping.items()}


def _types(schema: Schema) -> list[str]:
    """The JSON types of what is not null, from what a schema says or shows."""
    types = [name for name in schema.types if name != "null"]
    if not types and schema.items is not None:
        types = ["array"]
    if not types:
        shown = [*schema.enum, *([] if schema.const is MISSING else [schema.const])]
        types = [_type_of(value) for value in shown if value is not None]
    return list(dict.fromkeys(types))


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "string" if isinstance(value, str) else "number"


def _values(schema: Schema) -> Schema | None:
    """What the values of an object are whose keys are data."""
    nodes = (site.below("additionalProperties") for site in schema.sites)
    node = next((node for node in nodes if isinstance(node.value, dict) and node.value), None)
    return schema._schemas.at(node) if node is not None else None  # noqa: SLF001 - a schema has no property for this keyword
