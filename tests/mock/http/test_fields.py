"""Schemas as the rows that a person reads."""

from typing import Any

import pytest

from commerce_mock.http.fields import Field, field, kind, resolve, rows

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Money": {"type": "number", "minimum": 0, "multipleOf": 0.01, "description": "An amount."},
            "Status": {"type": "string", "enum": ["new", "old"]},
            "Item": {
                "type": "object",
                "required": ["price"],
                "properties": {"name": {"type": "string"}, "price": {"$ref": "#/components/schemas/Money"}},
            },
            "Tree": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree"}}},
            "Card": {"type": "object", "properties": {"number": {"type": "string", "writeOnly": True}}},
            "Account": {"type": "object", "properties": {"iban": {"type": "string"}}},
            "Way": {
                "oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Account"}],
                "discriminator": {
                    "propertyName": "type",
                    "mapping": {"credit": "#/components/schemas/Card", "debit": "#/components/schemas/Card"},
                },
            },
        }
    }
}


def ref(name: str, **beside: Any) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", **beside}


def outline(schema: Any) -> list[tuple[int, str, str, bool]]:
    return [(row.depth, row.name, row.kind, row.required) for row in rows(schema, DOCUMENT)]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "uuid"}, "string (uuid)"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": "array", "items": {"type": "integer"}}, "array of integer"),
        ({"type": "array", "items": ref("Item")}, "array of Item"),
        ({"type": "array"}, "array of anything"),
        (ref("Money"), "Money"),
        (ref("Status"), "string"),
        ({"allOf": [ref("Money")], "description": "costs"}, "Money"),
        ({"properties": {}}, "object"),
        ({"const": 1}, "value"),
        ({"oneOf": [{}]}, "one of several"),
        ({}, "anything"),
        (True, "anything"),
        (False, "nothing"),
    ],
)
def test_a_type_is_told_in_a_few_words(schema: Any, words: str) -> None:
    assert kind(schema, DOCUMENT) == words


def test_properties_are_rows_and_those_inside_them_are_indented() -> None:
    order = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ref("Item")}}}
    assert outline(order) == [
        (0, "items", "array of Item", True),
        (1, "name", "string", False),
        (1, "price", "Money", True),
    ]


def test_a_schema_in_itself_ends() -> None:
    assert outline(ref("Tree")) == [(0, "next", "Tree", False)]


def test_what_allof_joins_is_one_object_and_the_narrower_part_wins() -> None:
    base = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "description": "Which."}}}
    narrowed = {
        "type": "object",
        "required": ["more"],
        "properties": {"code": {"enum": ["A"]}, "more": {"type": "integer"}},
    }
    code, more = rows({"allOf": [base, narrowed]}, DOCUMENT)
    assert (code.kind, code.required, code.description, code.values) == ("string", True, "Which.", ("A",))
    assert (more.name, more.required) == ("more", True)


def test_alternatives_say_when_they_are_meant() -> None:
    assert outline(ref("Way")) == [
        (0, 'if type is "credit" or "debit"', "Card", False),
        (1, "number", "string", False),
        (0, "either", "Account", False),
        (1, "iban", "string", False),
    ]


def test_a_plain_value_is_one_row_without_a_name() -> None:
    (row,) = rows(ref("Money"), DOCUMENT)
    assert (row.name, row.kind, row.schema, row.limits) == ("", "Money", "Money", ("≥ 0", "a multiple of 0.01"))


def test_a_row_tells_limits_values_marks_and_code() -> None:
    schema = {
        "type": "string",
        "minLength": 1,
        "maxLength": 5,
        "pattern": "^a",
        "enum": ["a", "ab"],
        "default": "a",
        "writeOnly": True,
        "deprecated": True,
        "x-problem": "PAY_001",
        "description": "A word.",
    }
    assert field("word", schema, DOCUMENT, depth=2, required=True) == Field(
        2,
        "word",
        "string",
        None,
        required=True,
        description="A word.",
        limits=("at least 1 character", "at most 5 characters", "matches ^a", "default a"),
        values=("a", "ab"),
        marks=("never shown", "deprecated"),
        code="PAY_001",
    )


def test_what_stands_beside_a_reference_wins() -> None:
    row = field("price", ref("Money", description="What it costs.", readOnly=True), DOCUMENT)
    assert (row.description, row.marks, row.schema) == ("What it costs.", ("set by the service",), "Money")
    assert resolve(ref("Money", minimum=5), DOCUMENT)["minimum"] == 5


def test_a_row_links_to_the_schema_of_its_elements() -> None:
    row = field("items", {"type": "array", "items": ref("Item")}, DOCUMENT)
    assert row.schema == "Item"


def test_a_constant_is_the_one_value() -> None:
    assert field("status", {"const": 422}, DOCUMENT).values == ("422",)
