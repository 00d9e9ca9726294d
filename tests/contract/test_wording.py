"""The words for a broken rule."""

from typing import Any

import pytest
from jsonschema_rs import validator_for

from commerce_contract.wording import wording


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"type": "string"}, 1, "must be a string"),
        ({"type": ["integer", "null"]}, "x", "must be an integer or null"),
        ({"type": ["array", "object", "boolean"]}, "x", "must be a boolean, an array or an object"),
        ({"enum": ["a"]}, "b", "must be a"),
        ({"enum": [1, None, True]}, "b", "must be 1, null or true"),
        ({"enum": []}, "b", "must be nothing"),
        ({"const": False}, "b", "must be false"),
        ({"format": "uuid"}, "b", "must be a valid uuid"),
        ({"pattern": "^a"}, "b", "must match ^a"),
        ({"multipleOf": 0.01}, 0.001, "must be a multiple of 0.01"),
        ({"minimum": 1}, 0, "must be at least 1"),
        ({"maximum": 1}, 2, "must be at most 1"),
        ({"exclusiveMinimum": 1}, 1, "must be more than 1"),
        ({"exclusiveMaximum": 1}, 1, "must be less than 1"),
        ({"minLength": 2}, "a", "must have at least 2 characters"),
        ({"maxLength": 1}, "ab", "must have at most 1 character"),
        ({"minItems": 1}, [], "must have at least 1 element"),
        ({"maxItems": 2}, [1, 2, 3], "must have at most 2 elements"),
        ({"minProperties": 1}, {}, "must have at least 1 property"),
        ({"maxProperties": 0}, {"a": 1}, "must have at most 0 properties"),
        ({"required": ["a"]}, {}, "is required"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "is required"),
        ({"properties": {"b": {}}, "additionalProperties": False}, {"a": 1}, "is not a known property"),
        ({"unevaluatedProperties": False}, {"a": 1}, "is not a known property"),
        ({"uniqueItems": True}, [1, 1], "must not hold the same element twice"),
        ({"contains": {"const": 2}}, [1], "must contain a matching element"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "has a property whose name is not allowed"),
        ({"anyOf": [{"type": "string"}]}, 1, "must match one of the alternatives"),
        ({"oneOf": [{}, {}]}, 1, "must match exactly one of the alternatives"),
        ({"not": {}}, 1, "must not have this form"),
        ({"items": False}, [1], "is not allowed"),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#", "contentMediaType": "application/json"},
            "{",
            "must keep the rule `contentMediaType`",
        ),
    ],
)
def test_a_rule_is_said_in_words(schema: dict[str, Any], value: Any, words: str) -> None:
    errors = validator_for(schema, validate_formats=True).iter_errors(value)
    assert [wording(error.kind) for error in errors] == [words]
