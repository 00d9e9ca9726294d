"""Definitions as one OpenAPI document with dotted names, which the model generator prints module by module."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from commerce_cli.generate.shapes import (
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
)

_SCALARS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.ANY: {},
    Kind.STRING: {"type": "string"},
    Kind.SECRET: {"type": "string", "format": "password"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.MONEY: {"type": "number", "customTypePath": "commerce_sdk.money.Money"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}


def document(models: Mapping[Named, Model], sent: set[Named], received: set[Named]) -> dict[str, Any]:
    """The document. `sent` and `received` are what requests and answers are made of.

    What is only ever answered is not required in what is sent, and the other way round.
    """
    schemas = {
        f"{name.module}.{name.name}": _definition(model, is_sent=name in sent, is_received=name in received)
        for name, model in models.items()
    }
    info = {"title": "Models", "version": "0"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}


def _definition(model: Model, *, is_sent: bool, is_received: bool) -> dict[str, Any]:
    described = {"description": model.description} if model.description else {}
    match model:
        case ObjectModel(members=members, base=path):
            required = [each.wire for each in members if _is_required(each, is_sent=is_sent, is_received=is_received)]
            properties = {each.wire: _member(each) for each in members}
            base = {"customBasePath": path} if path else {}
            return {**described, **base, "type": "object", "required": required, "properties": properties}
        case UnionModel(variants=variants, unknown=unknown):
            return {**described, **_any_of((*variants, *([unknown] if unknown else [])))}
        case AliasModel(shape=shape):
            return {**described, **_schema(shape)}


def _is_required(member: Member, *, is_sent: bool, is_received: bool) -> bool:
    return member.required and not (member.read_only and is_sent) and not (member.write_only and is_received)


def _member(member: Member) -> dict[str, Any]:
    described = {"description": member.description} if member.description else {}
    return {**_schema(member.shape), **described}


def _schema(shape: Shape) -> dict[str, Any]:  # noqa: PLR0911 - one a kind of shape
    match shape:
        case Scalar(kind=kind):
            return dict(_SCALARS[kind])
        case Words(values=values, is_open=is_open):
            listed = {"type": "string", "enum": list(values)}
            return {"anyOf": [listed, {"type": "string"}]} if is_open else listed
        case ListOf(items=items):
            return {"type": "array", "items": _schema(items)}
        case MapOf(values=values):
            return {"type": "object", "additionalProperties": _schema(values) or True}
        case Named(module=module, name=name):
            return {"$ref": f"#/components/schemas/{module}.{name}"}
        case Nullable(shape=inner):
            return {"anyOf": [*_any_of((inner,))["anyOf"], {"type": "null"}]}
        case AnyOf(variants=variants):
            return _any_of(variants)


def _any_of(shapes: Sequence[Shape]) -> dict[str, Any]:
    schemas = (_schema(shape) for shape in shapes)
    return {
        "anyOf": [part for schema in schemas for part in (schema["anyOf"] if list(schema) == ["anyOf"] else [schema])]
    }
