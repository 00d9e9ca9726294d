"""Schemas as shapes and definitions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commerce_cli.generate.schema_reading import SchemaReader
from commerce_cli.generate.shapes import (
    ANYTHING,
    AliasModel,
    AnyOf,
    Kind,
    ListOf,
    MapOf,
    Named,
    Nullable,
    ObjectModel,
    Scalar,
    Shape,
    UnionModel,
    Words,
)
from commerce_contract import load

ReadBody = Callable[..., SchemaReader]
TEXT, NUMBER, MONEY = Scalar(Kind.STRING), Scalar(Kind.NUMBER), Scalar(Kind.MONEY)


@pytest.fixture
def read_body(tmp_path: Path) -> ReadBody:
    """Reads the body of a document's one operation, an object with the property `it`."""

    def read(schema: str, components: str = "{}") -> SchemaReader:
        path = tmp_path / "shop.yaml"
        path.write_text(
            f"""
openapi: 3.1.0
info: {{title: Shop, version: '1'}}
paths:
  /things:
    post:
      operationId: shop.make
      requestBody:
        required: true
        content: {{application/json: {{schema: {{type: object, properties: {{it: {schema}}}}}}}}}
      responses: {{'204': {{description: Done}}}}
components: {{schemas: {components}}}
""",
            encoding="utf-8",
        )
        body = load(path).operations["shop.make"].body
        assert body is not None
        reader = SchemaReader({"shop.yaml": "shop"})
        reader.defined(body.schema, "MakeBody", "shop")
        return reader

    return read


def shape(reader: SchemaReader) -> Shape:
    model = reader.models[Named("shop", "MakeBody")]
    assert isinstance(model, ObjectModel)
    return model.members[0].shape


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{type: string}", TEXT),
        ("{type: string, format: uuid, pattern: x, maxLength: 3}", TEXT),
        ("{type: string, writeOnly: true}", Scalar(Kind.SECRET)),
        ("{type: string, format: date-time}", Scalar(Kind.MOMENT)),
        ("{type: string, format: date}", Scalar(Kind.DATE)),
        ("{type: integer, minimum: 1}", Scalar(Kind.INTEGER)),
        ("{type: boolean, default: true}", Scalar(Kind.BOOLEAN)),
        ("{type: number}", NUMBER),
        ("{type: number, multipleOf: 0.5}", NUMBER),
        ("{type: number, multipleOf: 0.01}", MONEY),
        ("{type: number, format: decimal}", MONEY),
        ("{}", ANYTHING),
        ("{type: [string, 'null']}", Nullable(TEXT)),
        ("{type: [string, integer]}", AnyOf((TEXT, Scalar(Kind.INTEGER)))),
        ("{type: 'null'}", ANYTHING),
        ("{type: string, enum: [a, b]}", Words(("a", "b"))),
        ("{enum: [a, null]}", Nullable(Words(("a",)))),
        ("{enum: [1, 2.5, true]}", AnyOf((Scalar(Kind.INTEGER), NUMBER, Scalar(Kind.BOOLEAN)))),
        ("{const: a}", Words(("a",))),
        ("{const: 3}", Scalar(Kind.INTEGER)),
        ("{type: array}", ListOf(ANYTHING)),
        ("{items: {type: string}}", ListOf(TEXT)),
        ("{type: array, items: {type: number}}", ListOf(NUMBER)),
        ("{type: object}", MapOf(ANYTHING)),
        ("{type: object, additionalProperties: {type: number}}", MapOf(NUMBER)),
        ("{anyOf: [{type: string}, {type: 'null'}]}", Nullable(TEXT)),
        ("{oneOf: [{type: string}, {type: number}]}", AnyOf((TEXT, NUMBER))),
        ("{oneOf: [{type: string, format: uuid}, {type: string, format: email}]}", TEXT),
        ("{anyOf: [{enum: [a]}, {enum: [b]}]}", Words(("a", "b"))),
        ("{anyOf: [{enum: [a]}, {type: string}]}", AnyOf((Words(("a",)), TEXT))),
    ],
)
def test_a_schema_has_the_shape_that_a_client_sees(read_body: ReadBody, schema: str, expected: Shape) -> None:
    assert shape(read_body(schema)) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{$ref: '#/components/schemas/Price'}", MONEY),
        ("{description: What, allOf: [{$ref: '#/components/schemas/Price'}]}", MONEY),
        ("{$ref: '#/components/schemas/Colour'}", Named("shop", "Colour")),
        ("{description: Paint, $ref: '#/components/schemas/Colour'}", Named("shop", "Colour")),
        ("{$ref: '#/components/schemas/Thing'}", Named("shop", "Thing")),
        ("{allOf: [{$ref: '#/components/schemas/Thing'}]}", Named("shop", "Thing")),
        ("{anyOf: [{$ref: '#/components/schemas/Thing'}, {type: 'null'}]}", Nullable(Named("shop", "Thing"))),
        ("{$ref: '#/components/schemas/Thing', required: [name]}", Named("shop", "MakeBodyIt")),
        ("{allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {b: {}}}]}", Named("shop", "MakeBodyIt")),
        ("{type: object, properties: {a: {}}}", Named("shop", "MakeBodyIt")),
        ("{type: array, items: {type: object, properties: {a: {}}}}", ListOf(Named("shop", "MakeBodyItItem"))),
        ("{type: object, additionalProperties: {properties: {a: {}}}}", MapOf(Named("shop", "MakeBodyItValue"))),
        ("{anyOf: [{$ref: '#/components/schemas/Colour'}, {type: number}]}", AnyOf((Named("shop", "Colour"), NUMBER))),
        ("{anyOf: [{$ref: '#/components/schemas/Thing'}, {type: number}]}", Named("shop", "MakeBodyIt")),
    ],
)
def test_what_a_schema_refers_to_keeps_its_name_as_long_as_nothing_is_added(
    read_body: ReadBody, schema: str, expected: Shape
) -> None:
    components = """{Price: {type: number, multipleOf: 0.01}, Colour: {type: string, enum: [red]},
      Thing: {type: object, description: A thing., properties: {name: {type: string}}}}"""
    assert shape(read_body(schema, components)) == expected


def test_what_allof_puts_together_has_all_properties_and_the_variants_of_oneof_are_not_required(
    read_body: ReadBody,
) -> None:
    schema = """{allOf: [{required: [a], properties: {a: {type: string}}}],
      required: [b], properties: {b: {type: number}},
      oneOf: [{required: [c], properties: {c: {enum: [x]}}}, {properties: {c: {enum: [y]}, d: {}}}]}"""
    model = read_body(schema).models[Named("shop", "MakeBodyIt")]
    assert isinstance(model, ObjectModel)
    assert {each.wire: (each.shape, each.required) for each in model.members} == {
        "a": (TEXT, True),
        "b": (NUMBER, True),
        "c": (Words(("x", "y")), False),
        "d": (ANYTHING, False),
    }


def test_objects_that_differ_between_variants_are_a_union_of_their_own(read_body: ReadBody) -> None:
    schema = """{properties: {a: {}}, oneOf: [{properties: {c: {type: object, properties: {x: {}}}}},
      {properties: {c: {type: object, properties: {y: {}}}}}]}"""
    models = read_body(schema).models
    assert isinstance(models[Named("shop", "MakeBodyItC")], UnionModel)


def test_descriptions_stand_where_the_schema_stands(read_body: ReadBody) -> None:
    schema = "{description: 'Of the property.', $ref: '#/components/schemas/Colour'}"
    reader = read_body(schema, "{Colour: {description: 'Of the component.', enum: [red]}}")
    model = reader.models[Named("shop", "MakeBody")]
    assert isinstance(model, ObjectModel)
    assert model.members[0].description == "Of the property."
    colour = reader.models[Named("shop", "Colour")]
    assert colour == AliasModel(Words(("red",)), "Of the component.")


def test_a_thing_may_hold_itself(read_body: ReadBody) -> None:
    schema = "{$ref: '#/components/schemas/Tree'}"
    tree = "{Tree: {type: object, properties: {left: {anyOf: [{$ref: '#/components/schemas/Tree'}, {type: string}]}}}}"
    model = read_body(schema, tree).models[Named("shop", "Tree")]
    assert isinstance(model, ObjectModel)
    assert model.members[0].shape == Named("shop", "TreeLeft")
