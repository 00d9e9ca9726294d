"""Pairs of schemas: whether one contains the other, in both directions, and where that cannot be decided."""

from pathlib import Path
from typing import Any

import pytest

from commerce_contract.changes.containment import Containment
from contract.changes.test_containment_property import both

YES, NO, UNSURE = "contained", "not contained", "cannot be decided"

TREE = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Old"}, "size": {"type": "integer"}}}
TALL = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/New"}, "size": {"type": "number"}}}
CARD = {"type": "object", "required": ["by"], "properties": {"by": {"const": "card"}}}
CASH = {"type": "object", "required": ["by"], "properties": {"by": {"const": "cash"}}}
BIG = {"type": "object", "required": ["by", "sum"], "properties": {"by": {"const": "cash"}}}
SHUT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}

CASES: dict[str, tuple[Any, Any, str, str]] = {
    "types": ({"type": "integer"}, {"type": "number"}, YES, NO),
    "several types": ({"type": "string"}, {"type": ["string", "null"]}, YES, NO),
    "nothing and all": (False, True, YES, NO),
    "all without a word": ({}, {"description": "Anything."}, YES, YES),
    "values": ({"enum": ["a"]}, {"enum": ["b", "a"]}, YES, NO),
    "a value and a type": ({"const": 1}, {"type": "integer"}, YES, NO),
    "a value of a pattern": ({"const": "ab"}, {"pattern": "^a"}, YES, UNSURE),
    "true is not one": ({"const": True}, {"enum": [1]}, NO, NO),
    "booleans": ({"type": "boolean"}, {"enum": [True, False]}, YES, YES),
    "a few numbers": ({"type": "integer", "minimum": 1, "maximum": 3}, {"enum": [1, 2, 3]}, YES, YES),
    "bounds": ({"type": "integer", "minimum": 5}, {"type": "integer", "minimum": 3}, YES, NO),
    "excluded bounds": ({"type": "number", "exclusiveMinimum": 5}, {"type": "number", "minimum": 5}, YES, NO),
    "bounds of whole numbers": (
        {"type": "integer", "exclusiveMaximum": 5},
        {"type": "integer", "maximum": 4.5},
        YES,
        YES,
    ),
    "bounds between steps": ({"multipleOf": 10, "maximum": 99}, {"multipleOf": 10, "maximum": 95}, YES, YES),
    "bounds where there are no numbers": ({"type": "string"}, {"type": "string", "maximum": 3}, YES, YES),
    "steps": ({"type": "number", "multipleOf": 0.1}, {"type": "number", "multipleOf": 0.01}, YES, NO),
    "whole steps": ({"type": "integer"}, {"type": "number", "multipleOf": 0.5}, YES, NO),
    "lengths": ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 4}, YES, NO),
    "lengths of a pattern": ({"pattern": "^...$"}, {"pattern": "^...$", "maxLength": 3}, UNSURE, YES),
    "patterns": ({"type": "string", "pattern": "^a"}, {"type": "string"}, YES, NO),
    "other patterns": ({"pattern": "^ab"}, {"pattern": "^a"}, UNSURE, UNSURE),
    "other patterns and an example": ({"pattern": "^a", "examples": ["ab"]}, {"pattern": "^b"}, NO, UNSURE),
    "formats": ({"type": "string", "format": "uri"}, {"type": "string", "format": "uri-reference"}, YES, NO),
    "formats that nobody checks": ({"format": "int32"}, {"format": "int64"}, YES, YES),
    "other formats": ({"format": "uuid"}, {"format": "date"}, UNSURE, UNSURE),
    "elements": ({"type": "array", "items": {"const": 1}}, {"type": "array", "items": {"type": "integer"}}, YES, NO),
    "no elements": ({"type": "array", "maxItems": 0}, {"type": "array", "items": {"type": "string"}}, YES, NO),
    "counts": ({"type": "array", "minItems": 2}, {"type": "array", "minItems": 1}, YES, NO),
    "no two alike": ({"type": "array", "maxItems": 1}, {"type": "array", "uniqueItems": True}, YES, NO),
    "required": ({"required": ["a", "b"]}, {"required": ["a"]}, YES, NO),
    "a property": ({"properties": {"a": {"type": "string"}}}, {}, YES, NO),
    "a property of any kind": ({"properties": {"a": {}}}, {}, YES, YES),
    "closed": (SHUT, {"properties": {"a": {"type": "string"}}}, YES, NO),
    "closed with another": (SHUT, {**SHUT, "properties": {**SHUT["properties"], "b": {}}}, YES, NO),
    "few properties": (SHUT, {"type": "object", "maxProperties": 1}, YES, NO),
    "many properties": ({"type": "object", "required": ["a"]}, {"type": "object", "minProperties": 1}, YES, NO),
    "others": (
        {"additionalProperties": {"const": 1}},
        {"additionalProperties": {"type": "integer"}},
        YES,
        NO,
    ),
    "named by a pattern": (
        {"patternProperties": {"^a": {"const": 1}}},
        {"patternProperties": {"^a": {"type": "integer"}}},
        YES,
        UNSURE,
    ),
    "a name of a pattern": (
        {"patternProperties": {"^a": {"const": 1}}, "additionalProperties": False},
        {"properties": {"ab": {"type": "integer"}}, "patternProperties": {"^a": {}}},
        YES,
        NO,
    ),
    "a pattern that cannot be read": (
        {"patternProperties": {"(?<!": {"const": 1}}, "additionalProperties": False, "type": "object"},
        {"type": "object"},
        YES,
        NO,
    ),
    "others and a pattern": (
        {"patternProperties": {"^a": {"const": 1}}, "additionalProperties": {"const": 1}},
        {"additionalProperties": {"type": "integer"}},
        YES,
        NO,
    ),
    "others of another kind and a pattern": (
        {"patternProperties": {"^a": {"const": 1}}},
        {"additionalProperties": {"type": "string"}},
        NO,
        UNSURE,
    ),
    "an impossible property": ({"properties": {"a": False}}, {"properties": {"a": {"type": "string"}}}, YES, NO),
    "a pattern that cannot be read beside others": (
        {"patternProperties": {"(?<!": {}}, "properties": {"a": {"const": 1}}, "additionalProperties": {"const": 1}},
        {"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
        NO,
        NO,
    ),
    "together": ({"allOf": [{"minimum": 1}, {"maximum": 5}]}, {"maximum": 5}, YES, NO),
    "alternatives": ({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, YES, NO),
    "types and alternatives": (
        {"type": ["string", "null"]},
        {"oneOf": [{"type": "string"}, {"type": "null"}]},
        YES,
        YES,
    ),
    "alternatives that grow": ({"anyOf": [CARD]}, {"anyOf": [CARD, CASH]}, YES, NO),
    "alternatives told apart by a value": ({"oneOf": [CARD, CASH]}, {"oneOf": [CASH, CARD]}, YES, YES),
    "an alternative that narrows": ({"oneOf": [CARD, BIG]}, {"oneOf": [CARD, CASH]}, YES, NO),
    "alternatives that overlap": (
        {"type": "integer", "minimum": 9},
        {"oneOf": [{"minimum": 5}, {"minimum": 7}]},
        UNSURE,
        NO,
    ),
    "alternatives that only together hold all": (
        {"type": "integer"},
        {"anyOf": [{"maximum": 5}, {"minimum": 3}]},
        UNSURE,
        NO,
    ),
    "the same alternatives with another rule": (
        {"oneOf": [{"minimum": 5}, {"minimum": 7}], "type": "integer"},
        {"oneOf": [{"minimum": 5}, {"minimum": 7}]},
        YES,
        NO,
    ),
    "negations": ({"not": {"type": "string"}}, {"not": {"type": "string"}, "description": "No text."}, YES, YES),
    "another negation": ({"not": {"type": "string"}}, {"not": {"type": "null"}}, UNSURE, UNSURE),
    "conditions": ({"if": {"minimum": 1}, "then": {"maximum": 2}}, {}, YES, UNSURE),
    "circles": (TREE, TALL, YES, NO),
    "a reference and the same in place": ({"$ref": "#/components/schemas/Kind"}, {"type": "string"}, YES, NO),
    "what else is not evaluated": (
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
        YES,
        YES,
    ),
    "what else is not evaluated beside another": (
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
        {"allOf": [{"properties": {"b": {}}}], "unevaluatedProperties": False},
        UNSURE,
        UNSURE,
    ),
}


def verdict(inner: Any, outer: Any) -> str:
    escapes = Containment().escapes(inner, outer)
    if not escapes:
        return YES
    return NO if any(escape.decided for escape in escapes) else UNSURE


@pytest.mark.parametrize("case", CASES)
def test_containment_is_told_both_ways(case: str, tmp_path: Path) -> None:
    one, other, there, back = CASES[case]
    old, new = both(tmp_path, one, other)
    assert (verdict(old, new), verdict(new, old)) == (there, back)


def test_a_discriminator_decides_by_its_value(tmp_path: Path) -> None:
    def schema(name: str, *values: str) -> dict[str, Any]:
        return {
            "oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Cash"}],
            "discriminator": {
                "propertyName": name,
                "mapping": {value: "#/components/schemas/C" + value[1:] for value in values},
            },
        }

    elsewhere = schema("by", "card")
    elsewhere["discriminator"]["mapping"]["kind"] = "#/components/schemas/Kind"
    shared = {"Card": {"type": "object"}, "Cash": {"type": "object", "required": ["sum"]}}
    pairs = {
        "fewer": (schema("by", "card", "cash"), schema("by", "card", "cash", "kash")),
        "another": (schema("by", "card", "cash"), schema("how", "card", "cash")),
        "none": ({"type": "object"}, schema("by", "card", "cash")),
        "unclear": (elsewhere, elsewhere | {"description": "Pay."}),
        "unclear and not": (elsewhere, schema("by", "card", "cash")),
        "known": (
            {"type": "object", "required": ["by"], "properties": {"by": {"const": "card"}}},
            schema("by", "card"),
        ),
    }
    found = {}
    for name, (one, other) in pairs.items():
        old, new = both(tmp_path, one, other, **shared)
        found[name] = verdict(old, new), verdict(new, old)
    assert found == {
        "fewer": (YES, NO),
        "another": (NO, NO),
        "none": (NO, YES),
        "unclear": (YES, YES),
        "unclear and not": (UNSURE, UNSURE),
        "known": (YES, NO),
    }


def test_a_schema_of_very_many_forms_is_not_taken_apart(tmp_path: Path) -> None:
    many = {"allOf": [{"anyOf": [{"type": "null"}, {"maxLength": number}]} for number in range(8)]}
    old, new = both(tmp_path, many, {"type": "string"})
    assert verdict(old, new) == UNSURE
    assert verdict(new, old) == NO
