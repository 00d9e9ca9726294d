"""Why a value breaks a schema: pointers, words, codes, places, and their order."""

from typing import Any

import pytest

from commerce_contract import Contract, Schema
from contract.conftest import SchemaOf

ORDER = """\
It:
  type: object
  required: [id, lines]
  properties:
    id: {type: string, format: uuid, x-problem: ID}
    lines: {type: array, minItems: 1, x-problem: LINES, items: {$ref: '#/components/schemas/Line'}}
    note: {type: string, minLength: 2, maxLength: 3}
Line:
  type: object
  required: [price]
  additionalProperties: false
  properties: {price: {type: number, exclusiveMinimum: 0}, 'a/b': {type: integer}}
"""


def told(schema: Schema, value: Any) -> list[tuple[str, str, str | None]]:
    return [(error.pointer, error.message, error.code) for error in schema.errors(value)]


def test_a_valid_value_has_no_errors(schema_of: SchemaOf) -> None:
    assert told(schema_of(ORDER), {"id": "550e8400-e29b-41d4-a716-446655440001", "lines": [{"price": 1}]}) == []


def test_a_missing_property_is_pointed_at_itself_and_gives_its_code(schema_of: SchemaOf) -> None:
    assert told(schema_of(ORDER), {}) == [("/id", "is required", "ID"), ("/lines", "is required", "LINES")]


def test_errors_come_in_the_order_of_the_properties(schema_of: SchemaOf) -> None:
    value = {"note": "x", "lines": [{"price": 1}, {"a/b": "x"}], "id": 5}
    assert told(schema_of(ORDER), value) == [
        ("/id", "must be a string", "ID"),
        ("/lines/1/price", "is required", None),
        ("/lines/1/a~1b", "must be an integer", None),
        ("/note", "must have at least 2 characters", None),
    ]


def test_a_code_belongs_to_its_property_and_not_to_what_stands_in_it(schema_of: SchemaOf) -> None:
    schema = schema_of(ORDER)
    valid = "550e8400-e29b-41d4-a716-446655440001"
    assert told(schema, {"id": valid, "lines": []}) == [("/lines", "must have at least 1 element", "LINES")]
    assert told(schema, {"id": valid, "lines": [{"price": 0}]}) == [("/lines/0/price", "must be more than 0", None)]


def test_a_property_that_is_not_allowed_is_pointed_at_itself(schema_of: SchemaOf) -> None:
    valid = "550e8400-e29b-41d4-a716-446655440001"
    value = {"id": valid, "lines": [{"price": 1, "tax": 2, "vat": 3}]}
    assert told(schema_of(ORDER), value) == [
        ("/lines/0/tax", "is not a known property", None),
        ("/lines/0/vat", "is not a known property", None),
    ]


def test_the_place_is_that_of_the_broken_rule(schema_of: SchemaOf) -> None:
    errors = schema_of(ORDER).errors({"id": "x", "lines": [{"price": 0}]})
    assert [str(error.location) for error in errors] == [
        "schemas.yaml:7 #/components/schemas/It/properties/id/format",
        "schemas.yaml:14 #/components/schemas/Line/properties/price/exclusiveMinimum",
    ]


def test_only_the_first_error_is_looked_for_on_demand(schema_of: SchemaOf) -> None:
    assert len(schema_of(ORDER).errors({"note": "x"})) == 3
    assert len(schema_of(ORDER).errors({"note": "x"}, first=True)) == 1
    assert (
        schema_of(ORDER).errors({"id": "550e8400-e29b-41d4-a716-446655440001", "lines": [{"price": 1}]}, first=True)
        == ()
    )


METHOD = """\
It:
  oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Account'}]
  discriminator:
    propertyName: type
    mapping: {credit: '#/components/schemas/Card', debit: Card, paypal: '#/components/schemas/Account'}
Card:
  type: object
  required: [type, number]
  properties:
    type: {enum: [credit, debit], x-problem: PAY}
    number: {type: string, pattern: '^[0-9]+$', x-problem: PAY}
Account: {type: object, required: [type], properties: {type: {enum: [paypal]}, email: {type: string}}}
"""


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ({"type": "credit", "number": "41"}, []),
        ({"type": "debit"}, [("/number", "is required", "PAY")]),
        ({"type": "credit", "number": "x"}, [("/number", "must match ^[0-9]+$", "PAY")]),
        ({"type": "paypal"}, []),
        ({"type": "paypal", "email": 5}, [("/email", "must be a string", None)]),
        ({"type": "cash"}, [("/type", "must be credit, debit or paypal", "PAY")]),
        ({"number": "41"}, [("/type", "is required", "PAY")]),
        ([], [("", "must be an object", None)]),
        (None, [("", "must be an object", None)]),
    ],
)
def test_the_discriminator_chooses_the_branch_that_judges(
    schema_of: SchemaOf, value: Any, errors: list[tuple[str, str, str | None]]
) -> None:
    schema = schema_of(METHOD)
    assert told(schema, value) == errors
    assert schema.is_valid(value) is not bool(errors)


def test_an_error_of_the_discriminator_stands_where_the_branches_do(schema_of: SchemaOf) -> None:
    (error,) = schema_of(METHOD).errors({"type": "cash"})
    assert str(error.location) == "schemas.yaml:3 #/components/schemas/It"


def test_without_a_mapping_branches_are_chosen_by_their_names(schema_of: SchemaOf) -> None:
    schema = schema_of(
        "It:\n"
        "  oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]\n"
        "  discriminator: {propertyName: k}\n"
        "A: {required: [a]}\n"
        "B: {required: [b]}"
    )
    assert told(schema, {"k": "A"}) == [("/a", "is required", None)]
    assert told(schema, {"k": "B", "b": 1}) == []
    assert told(schema, {"k": "C"}) == [("/k", "must be A or B", None)]


def test_a_discriminator_keeps_what_else_must_hold(schema_of: SchemaOf) -> None:
    schema = schema_of(
        "It: {allOf: [{required: [z]}], anyOf: [{$ref: '#/components/schemas/A'}], discriminator: {propertyName: k}}\n"
        "A: {required: [a]}"
    )
    assert told(schema, {"k": "A"}) == [("/a", "is required", None), ("/z", "is required", None)]


def test_branches_that_cannot_be_chosen_are_tried_in_turn(schema_of: SchemaOf) -> None:
    schema = schema_of("It: {oneOf: [{type: object, required: [a]}], discriminator: {propertyName: k}}")
    assert told(schema, {"k": "A"}) == [("", "must match exactly one of the alternatives", None)]


def test_a_lone_surrogate_is_an_error(schema_of: SchemaOf) -> None:
    schema = schema_of("It: {type: string, x-problem: IT}")
    assert told(schema, "\ud800") == [("", "must be text without lone surrogates", "IT")]


def test_no_message_shows_the_value(platform: Contract) -> None:
    secret = "hunter2-4111111111111111"
    for operation in platform.operations.values():
        if operation.body is not None:
            schema = operation.body.schema
            values = [
                secret,
                [secret],
                dict.fromkeys(schema.properties, secret),
                {name: [secret] for name in schema.properties},
            ]
            assert all(secret not in str(schema.errors(value)) for value in values), operation.name
