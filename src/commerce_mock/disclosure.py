"""What of a request may be shown: what the contract knows of it, but for what it marks as secret (`writeOnly`)."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from commerce_contract import Contract, Operation, Schema
from commerce_mock.controls import PREFIX
from commerce_mock.journal import Entry
from commerce_mock.problems import Problem
from commerce_mock.routing import decode
from commerce_mock.secrecy import HIDDEN

_KINDS: Final[Mapping[type, frozenset[str]]] = {
    dict: frozenset({"object"}),
    list: frozenset({"array"}),
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"integer", "number"}),
    type(None): frozenset({"null"}),
}


def disclosed(schema: Schema, value: Any) -> Any:
    """A JSON value with `***` for each secret, and for whatever stands where the contract knows of nothing.

    A value that is not shaped as the schema says might be a secret in the wrong place: it is hidden as a whole.
    """
    if schema.write_only or not is_shaped(schema, value):
        return HIDDEN
    properties, items = schema.properties, schema.items
    if isinstance(value, dict) and properties:
        return {
            name: disclosed(properties[name], member) if name in properties else HIDDEN
            for name, member in value.items()
        }
    if isinstance(value, list) and items is not None:
        return [disclosed(items, item) for item in value]
    return value


def is_shaped(schema: Schema, value: Any) -> bool:
    """Whether a value is of one of the schema's types, as far as that names any."""
    types = schema.types or (("object",) if schema.properties else ())
    return not types or _KINDS[type(value)].isdisjoint(types) is False


def body(entry: Entry, contract: Contract) -> Any:
    """The JSON that a request carried; None where it carried none that can be shown."""
    operation = operation_of(entry, contract)
    if operation is None or operation.body is None or not entry.body or _is_control(operation):
        return None
    return None if (value := _json(entry.body)) is None else disclosed(operation.body.schema, value)


def answer(entry: Entry, contract: Contract) -> Any:
    """The JSON that a request was answered with; None where that cannot be shown, or was too long to be kept."""
    operation = operation_of(entry, contract)
    if not entry.answer or (operation is not None and _is_control(operation)):
        return None
    value = _json(entry.answer)
    if entry.code is not None or operation is None:
        return value
    response = operation.responses.get(entry.status)
    return value if response is None or response.schema is None else disclosed(response.schema, value)


def query(entry: Entry, contract: Contract) -> dict[str, str]:
    """The parameters of the query; those that the operation does not have are hidden, by their value."""
    operation = operation_of(entry, contract)
    known = {p.name: p.schema for p in operation.parameters if p.place == "query"} if operation is not None else {}
    found: dict[str, str] = {}
    for part in entry.query.decode("latin-1").split("&"):
        name, _, text = part.partition("=")
        name = _decoded(name)
        if name:
            found[name] = HIDDEN if name not in known or known[name].write_only else _decoded(text)
    return found


def errors(entry: Entry) -> dict[str, str]:
    """The places of the request that its answer found wrong, with what it said of them."""
    content = _json(entry.answer) if entry.code is not None else None
    found = content.get("errors", ()) if isinstance(content, dict) else ()
    return {error["pointer"]: error["message"] for error in found}


def operation_of(entry: Entry, contract: Contract) -> Operation | None:
    """The operation that a request was for; None where there was none, or another contract is served by now."""
    return contract.operations.get(entry.operation) if entry.operation is not None else None


def _is_control(operation: Operation) -> bool:
    """Whether it is one of the mock's own: what those are told and tell is not for records."""
    return operation.path.startswith(PREFIX)


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _decoded(text: str) -> str:
    try:
        return decode(text.replace("+", " "))
    except Problem:
        return HIDDEN
