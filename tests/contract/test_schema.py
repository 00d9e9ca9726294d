"""What schemas say, seen through references, `allOf` and branches."""

from typing import Any

import pytest

from commerce_contract import MISSING, Contract
from contract.conftest import SchemaOf

OPEN = """\
It: {$ref: '#/components/schemas/Middle', description: Here., x-problem: HERE_001}
Middle:
  description: Between.
  allOf: [{$ref: '#/components/schemas/End'}, {required: [b], properties: {b: {type: integer}, a: {minLength: 2}}}]
End:
  type: object
  required: [a]
  x-problem: END_001
  properties:
    a: {type: string, default: x, writeOnly: true}
    c: {type: [array, 'null'], items: {$ref: '#/components/schemas/Item'}}
Item: {type: string, enum: [p, q], readOnly: true, format: uuid, examples: [p], example: q}
"""


def test_it_is_named_after_the_end_of_its_references(schema_of: SchemaOf) -> None:
    schema = schema_of("It: {$ref: '#/components/schemas/End'}\nEnd: {type: string}")
    assert schema.uri == "contract:///schemas.yaml#/components/schemas/End"
    assert schema.name == "End"
    assert schema.node == {"type": "string"}
    assert str(schema.location) == "schemas.yaml:4 #/components/schemas/End"
    assert repr(schema) == "Schema(contract:///schemas.yaml#/components/schemas/End)"


def test_a_schema_that_stands_elsewhere_has_no_name(schema_of: SchemaOf) -> None:
    assert schema_of("It: {properties: {a: {type: string}}}", "/components/schemas/It/properties/a").name is None


def test_references_and_all_of_hold_together(schema_of: SchemaOf) -> None:
    schema = schema_of(OPEN)
    assert list(schema.properties) == ["b", "a", "c"] or list(schema.properties) == ["a", "c", "b"]
    assert schema.required == {"a", "b"}
    assert schema.types == ("object",)
    assert schema.keyword("description") == "Here."
    assert schema.properties["a"].is_valid("xy")
    assert not schema.properties["a"].is_valid("x"), "both places of `a` hold"
    assert not schema.properties["a"].is_valid(5)


def test_what_stands_in_the_middle_of_a_chain_holds_too(schema_of: SchemaOf) -> None:
    schema = schema_of(
        "It: {$ref: '#/components/schemas/Middle'}\n"
        "Middle: {$ref: '#/components/schemas/End', required: [m], properties: {m: {type: string}}}\n"
        "End: {type: object}"
    )
    assert schema.required == {"m"}
    assert list(schema.properties) == ["m"]
    assert not schema.is_valid({})


def test_a_property_knows_what_is_said_of_it(schema_of: SchemaOf) -> None:
    properties = schema_of(OPEN).properties
    assert properties["a"].default == "x"
    assert properties["a"].write_only
    assert not properties["a"].read_only
    assert properties["b"].default is MISSING
    assert properties["b"].types == ("integer",)
    assert properties["c"].types == ("array", "null")
    assert properties["b"].items is None
    item = properties["c"].items
    assert item is not None
    assert (item.name, item.enum, item.format, item.read_only) == ("Item", ("p", "q"), "uuid", True)
    assert item.examples == ("p", "q")
    assert item.const is MISSING


def test_a_code_beside_a_reference_outranks_the_one_at_its_end(schema_of: SchemaOf) -> None:
    schema = schema_of(OPEN)
    assert schema.problem == "HERE_001"
    assert str(schema.where("x-problem")) == "schemas.yaml:3 #/components/schemas/It/x-problem"
    assert schema.where("x-transitions") == schema.location


def test_lists_of_values_that_hold_together_are_narrowed(schema_of: SchemaOf) -> None:
    schema = schema_of("It: {allOf: [{enum: [a, b, c]}, {enum: [c, d, a]}]}")
    assert schema.enum == ("a", "c")


BRANCHES = """\
It:
  properties: {id: {type: string}}
  oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
A: {required: [kind], properties: {kind: {enum: [a, {x: 1}], x-problem: KIND}, n: {type: integer, writeOnly: true}}}
B: {required: [kind], properties: {kind: {enum: [b, {x: 1}]}, n: {type: string, readOnly: true}, id: {type: integer}}}
"""


def test_branches_add_properties_and_require_nothing(schema_of: SchemaOf) -> None:
    schema = schema_of(BRANCHES)
    assert list(schema.properties) == ["id", "kind", "n"]
    assert schema.required == frozenset()
    assert schema.types == ()
    assert [branch.name for branch in schema.branches] == ["A", "B"]


def test_a_property_of_several_branches_may_be_what_any_of_them_says(schema_of: SchemaOf) -> None:
    properties = schema_of(BRANCHES).properties
    assert properties["kind"].enum == ("a", {"x": 1}, "b")
    assert properties["kind"].problem == "KIND"
    assert properties["kind"].sites == ()
    assert str(properties["kind"].where("x-problem")).startswith("schemas.yaml:6 #/components/schemas/A/")
    assert properties["n"].types == ("integer", "string")
    assert properties["n"].write_only
    assert properties["n"].read_only
    assert [properties["n"].is_valid(value) for value in (1, "x", None)] == [True, True, False]
    assert properties["id"].types == ("string",), "its own word counts"


def test_elements_of_branches_may_be_what_any_of_them_says(schema_of: SchemaOf) -> None:
    items = schema_of("It: {oneOf: [{items: {type: string}}, {items: {type: integer}}, {type: 'null'}]}").items
    assert items is not None
    assert items.types == ("string", "integer")


def test_a_schema_of_a_site_is_made_once(schema_of: SchemaOf) -> None:
    schema = schema_of(BRANCHES)
    assert schema.branches[0] is schema.branches[0]
    assert schema.branches[0].properties["n"] is schema.branches[0].properties["n"]


@pytest.mark.parametrize(("text", "good", "bad"), [("It: true", 1, None), ("It: {not: {}}", None, 1)])
def test_a_boolean_schema_says_nothing_else(schema_of: SchemaOf, text: str, good: Any, bad: Any) -> None:
    schema = schema_of(text)
    assert dict(schema.properties) == {}
    assert schema.items is None
    assert [schema.is_valid(value) for value in (good, bad) if value is not None] == [
        value is good for value in (good, bad) if value is not None
    ]


def test_a_lone_surrogate_is_never_valid(schema_of: SchemaOf) -> None:
    assert not schema_of("It: {type: string}").is_valid("\ud800")


@pytest.mark.parametrize("cents", [0, 1, 10, 29, 57, 115, 2999, 7548, 999_999_999_999_99, 123_456_789_01])
def test_money_holds_every_cent(platform: Contract, cents: int) -> None:
    total = platform.resources["orders"].schema.properties["totalAmount"]
    assert total.is_valid(cents / 100)


@pytest.mark.parametrize("amount", [0.001, 75.485, 0.1 + 0.2, -0.01, 1e12, "75.48"])
def test_money_holds_nothing_else(platform: Contract, amount: Any) -> None:
    assert not platform.resources["orders"].schema.properties["totalAmount"].is_valid(amount)


def test_what_the_platform_keeps_secret_is_marked(platform: Contract) -> None:
    secret = {
        f"{operation.name} {name}"
        for operation in platform.operations.values()
        if operation.body
        for name, schema in operation.body.schema.properties.items()
        if schema.write_only
    }
    assert "users.create password" in secret
    method = platform.operations["payments.create"].body
    assert method is not None
    card = method.schema.properties["paymentMethod"].properties
    assert {name for name, schema in card.items() if schema.write_only} == {"cardNumber", "cvv"}
