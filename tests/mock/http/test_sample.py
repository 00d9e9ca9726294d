"""Values for schemas without an example."""

from typing import Any

import jsonschema_rs
import pytest

from commerce_mock.http.sample import sample

PERSON = {
    "type": "object",
    "required": ["name", "tags"],
    "properties": {
        "name": {"type": "string", "minLength": 6},
        "nick": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 2}, "minItems": 2},
    },
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "given"}, "given"),
        ({"type": "string", "examples": ["first", "second"]}, "first"),
        ({"type": "integer", "default": 7}, 7),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 3}, 3),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "number", "maximum": -3}, -3),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        (PERSON, {"name": "textxx", "tags": ["te", "te"]}),
        ({"allOf": [PERSON, {"required": ["nick"]}]}, {"name": "textxx", "nick": "text", "tags": ["te", "te"]}),
        ({"oneOf": [{"required": ["a"], "properties": {"a": {"type": "integer"}}}, {}]}, {"a": 1}),
        ({}, "text"),
        (True, None),
    ],
)
def test_a_value_comes_from_the_schema_itself_else_from_its_types(schema: Any, value: Any) -> None:
    assert sample(schema, {}) == value


@pytest.mark.parametrize(
    "form",
    ["date-time", "date", "time", "email", "uuid", "uri", "uri-reference", "hostname", "ipv4", "ipv6", "unknown"],
)
def test_a_text_has_the_form_that_is_asked_for(form: str) -> None:
    schema = {"type": "string", "format": form}
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(sample(schema, {}))


def test_a_schema_that_requires_itself_ends() -> None:
    tree = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/tree"}}}
    value, depth = sample(tree, {"tree": tree}), 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert 1 < depth < 20
