"""Containment never claims more than is so: what it calls contained, no value of many disproves."""

import json
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce_contract import Schema
from commerce_contract.changes.containment import Containment
from commerce_contract.compiled import Compiler
from commerce_contract.library import Library
from commerce_contract.schema import Schemas

NAMES = ("a", "b")
WORDS = ("", "a", "ab", "abc", "b1", "550e8400-e29b-41d4-a716-446655440001", "a@b.example", "2026-01-01")
PATTERNS = ("a", "^a", "^[ab]+$", "^$")
NUMBERS = (-2, 0, 1, 1.5, 2, 3, 4, 6)
COUNTS = st.integers(0, 3)
SCALARS = st.sampled_from([None, True, False, *NUMBERS, *WORDS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "other"]), inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
REFERENCES = st.sampled_from([{"$ref": "#/components/schemas/Tree"}, {"$ref": "#/components/schemas/Kind"}])


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A schema that says some of what a schema can say."""
    names = st.lists(st.sampled_from(NAMES), unique=True, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=json.dumps),
            "const": SCALARS,
            "minimum": st.sampled_from(NUMBERS),
            "maximum": st.sampled_from(NUMBERS),
            "exclusiveMinimum": st.sampled_from(NUMBERS),
            "exclusiveMaximum": st.sampled_from(NUMBERS),
            "multipleOf": st.sampled_from([1, 2, 0.5, 3]),
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "pattern": st.sampled_from(PATTERNS),
            "format": st.sampled_from(["uuid", "email", "date", "uri-reference", "int32"]),
            "minItems": COUNTS,
            "maxItems": COUNTS,
            "uniqueItems": st.booleans(),
            "items": inner,
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
            "required": names,
            "additionalProperties": inner,
            "patternProperties": st.dictionaries(st.sampled_from(PATTERNS), inner, max_size=1),
            "minProperties": COUNTS,
            "maxProperties": COUNTS,
            "not": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "oneOf": st.lists(inner, min_size=1, max_size=3),
        },
    ).map(few)


def few(schema: dict[str, Any]) -> dict[str, Any]:
    """The first four keywords in an order that depends on the schema: all at once accept hardly anything."""
    keys = sorted(schema, key=lambda key: crc32(json.dumps([key, schema]).encode()))
    return {key: schema[key] for key in keys[:4]}


SCHEMAS = st.recursive(st.booleans() | REFERENCES | objects(st.just({})), objects, max_leaves=4)
SHARED = {
    "Tree": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Tree"}, "b": {"type": "integer"}}},
    "Kind": {"type": "string", "enum": ["a", "ab"]},
}


def both(directory: Path, old: Any, new: Any, **also: Any) -> tuple[Schema, Schema]:
    """Two schemas of one document, beside the shared ones."""
    path = directory / "schemas.json"
    path.write_text(
        json.dumps({"components": {"schemas": {**SHARED, **also, "Old": old, "New": new}}}), encoding="utf-8"
    )
    library = Library(directory)
    document = library.open(path)
    schemas = Schemas(Compiler(library))
    found = [library.resolve(document, f"#/components/schemas/{name}") for name in ("Old", "New")]
    assert found[0] is not None
    assert found[1] is not None
    return schemas.at(found[0]), schemas.at(found[1])


@settings(max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=SCHEMAS, new=SCHEMAS, related=st.booleans(), values=st.lists(VALUES, min_size=10, max_size=25))
@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_what_is_called_contained_no_value_disproves(
    tmp_path_factory: pytest.TempPathFactory, *, old: Any, new: Any, related: bool, values: list[Any]
) -> None:
    if related and isinstance(old, dict) and isinstance(new, dict):
        new = {**old, **dict(list(new.items())[:1])}
    inner, outer = both(tmp_path_factory.getbasetemp(), old, new)
    escaping = [value for value in values if inner.is_valid(value) and not outer.is_valid(value)]
    assert Containment().escapes(inner, outer) or not escaping


@settings(max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=SCHEMAS)
def test_every_schema_contains_itself(tmp_path_factory: pytest.TempPathFactory, schema: Any) -> None:
    old, new = both(tmp_path_factory.getbasetemp(), schema, schema)
    assert Containment().escapes(old, new) == ()
