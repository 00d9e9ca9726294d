"""What a document without our keys implies: resources from its paths, and notes on what is left open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from commerce_contract.conventions import collection_path, fold, parameter_of, segments, shown_schema
from commerce_contract.model import Action, Operation, Resource
from commerce_contract.sample import sample
from commerce_contract.schema import MISSING, Schema

_DOES: Final = {
    Action.CREATE: "creates in",
    Action.READ: "reads from",
    Action.LIST: "lists",
    Action.UPDATE: "updates in",
    Action.MOVE: "moves in",
}


def imply_resources(operations: Iterable[Operation], taken: Iterable[str]) -> Iterator[tuple[Resource, Operation]]:
    """Resources that foreign operations speak of, with the operation that reads (else creates) them.

    What is read at `P/{parameter}` or created at `P` is one thing, stored under the last word of `P`, however the two
    describe it. The key is the property named like the parameter, else `id`. `taken` are the collections of others.
    """
    collections, seen = set(taken), set[str]()
    # What is read says more than what is created.
    for operation in sorted(operations, key=lambda each: each.method != "GET"):
        schema = shown_schema(operation)
        found = _implied(operation, schema) if schema is not None else None
        place = f"{operation.service} {collection_path(operation)}"
        if found is None or schema is None or not seen.isdisjoint((schema.uri, place)):
            continue
        collection, key = found
        if collection in collections:
            collection = f"{operation.service}_{collection}"
        if collection not in collections:
            collections.add(collection)
            seen |= {schema.uri, place}
            yield _resource(operation, schema, collection, key), operation


def _implied(operation: Operation, schema: Schema) -> tuple[str, str] | None:
    """Collection and key, None where the operation implies none."""
    parts = segments(operation.path)
    parameter = parameter_of(parts[-1]) if parts else None
    literal = [part for part in parts if parameter_of(part) is None]
    reads = operation.method == "GET" and parameter is not None and parts[-2:-1] == literal[-1:]
    creates = operation.method == "POST" and bool(parts) and parts == literal
    if not literal or not (reads or creates):
        return None
    names = {fold(name): name for name in schema.properties}
    key = names.get(fold(parameter or "")) or names.get("id")
    return (literal[-1], key) if key else None


def _resource(operation: Operation, schema: Schema, collection: str, key: str) -> Resource:
    return Resource(
        name=schema.name or collection,
        service=operation.service,
        collection=collection,
        schema=schema,
        key=key,
        id_pattern=_id_pattern(schema.properties[key]),
        owner=None,
        unique={},
        state=None,
        lifecycle=None,
        location=schema.location,
    )


def _id_pattern(key: Schema) -> str:
    """A UUID where the key says so or says nothing, a number for a key that is a number or of a form of its own."""
    own = any(key.keyword(word) is not MISSING for word in ("format", "pattern", "maxLength", "enum"))
    return "uuid" if key.format == "uuid" or ("string" in key.types and not own) else "{n}"


def complete(operation: Operation) -> Operation:
    """A foreign operation with an example for each answer that has a schema and shows none."""
    responses = {}
    for status, response in operation.responses.items():
        made = sample(response.schema) if response.schema is not None and not response.examples else MISSING
        shown: Mapping[str, Any] = response.examples if made is MISSING else {"default": made}
        responses[status] = replace(response, examples=shown)
    return replace(operation, responses=responses)


def describe(declared: Operation, operation: Operation) -> str:
    """A note that says what a foreign operation, as it was declared and as it was completed, will do."""
    what = f"{operation.name} ({operation.method} {operation.path})"
    if operation.resource is not None and operation.action in _DOES:
        return f"{what}: {_DOES[operation.action]} `{operation.resource.collection}`"
    if declared.success.examples:
        return f"{what}: answers its example"
    if operation.success.examples:
        return f"{what}: answers an example made from its schema"
    if operation.success.media_type is not None:
        return f"{what}: answers 501, because it shows no example of its {operation.success.media_type}"
    return f"{what}: answers {operation.success.status} without content"
