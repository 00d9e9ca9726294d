"""Values made for schemas that show none."""

from typing import Any

import pytest

from commerce_contract import MISSING
from commerce_contract.sample import sample
from contract.conftest import SchemaOf


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("{type: string}", "string"),
        ("{type: string, minLength: 8}", "stringxx"),
        ("{type: string, format: date-time}", "2023-01-01T00:00:00Z"),
        ("{type: [string, 'null'], format: uuid}", "550e8400-e29b-41d4-a716-446655440001"),
        ("{type: integer}", 1),
        ("{type: integer, minimum: 5}", 5),
        ("{type: number, exclusiveMinimum: 2.5}", 4),
        ("{type: boolean}", True),
        ("{type: 'null'}", None),
        ("{}", None),
        ("{const: 7}", 7),
        ("{enum: [b, a]}", "b"),
        ("{type: string, default: d, examples: [e]}", "d"),
        ("{type: string, example: e}", "e"),
        ("{type: array, items: {type: integer}}", [1]),
        ("{type: array, minItems: 3, items: {type: integer}}", [1, 1, 1]),
        ("{type: array}", []),
        ("{required: [a], properties: {a: {type: string}, b: {type: integer}}}", {"a": "string", "b": 1}),
        ("{type: object, properties: {a: {not: {}}}}", {}),
        ("{oneOf: [{type: object, required: [a], properties: {a: {const: 1}}}, {type: integer}]}", {"a": 1}),
        ("{oneOf: [{not: {}}, {type: integer}]}", 1),
        ("{type: string, pattern: '^[0-9]+$'}", MISSING),
        ("{not: {}}", MISSING),
    ],
)
def test_a_sample_is_simple_and_valid(schema_of: SchemaOf, schema: str, value: Any) -> None:
    found = schema_of(f"It: {schema}")
    assert sample(found) == value
    assert value is MISSING or found.is_valid(value)


def test_a_schema_that_holds_itself_ends(schema_of: SchemaOf) -> None:
    tree = schema_of("It: {type: object, properties: {child: {$ref: '#/components/schemas/It'}, name: {type: string}}}")
    value, depth = sample(tree), 0
    assert tree.is_valid(value)
    while "child" in value:
        value, depth = value["child"], depth + 1
    assert depth < 10


def test_a_schema_that_demands_itself_has_none(schema_of: SchemaOf) -> None:
    endless = schema_of("It: {type: object, required: [child], properties: {child: {$ref: '#/components/schemas/It'}}}")
    assert sample(endless) is MISSING
