"""What the services store: `x-resource` and `x-transitions` read into resources and lifecycles."""

import re
from typing import Any, Final

from commerce_contract.document import Node
from commerce_contract.model import Lifecycle, Resource
from commerce_contract.reading import Reading
from commerce_contract.schema import Schema

_FIELDS: Final = ("collection", "key", "id", "owner", "unique")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TEMPLATE: Final = re.compile(r"[A-Za-z0-9._~-]*\{n\}[A-Za-z0-9._~-]*")


def read_resource(reading: Reading, service: str, node: Node) -> Resource | None:
    """The resource that the schema at `node` declares; None, with faults, where it cannot be stored like that."""
    declared = node.below("x-resource")
    before = len(reading.faults)
    if not isinstance(declared.value, dict):
        reading.fault(declared, "x-resource must be a mapping", "Write {collection: …, key: …, id: …}")
        return None
    for name, member in declared.members():
        if name not in _FIELDS:
            reading.fault(member, f"x-resource has no field `{name}`", f"Its fields are {', '.join(_FIELDS)}")
    schema = reading.schemas.at(node)
    _check_words(reading, declared, schema)
    unique = declared.get("unique")
    if len(reading.faults) > before:
        return None
    state, lifecycle = _lifecycle(schema)
    return Resource(
        name=node.name,
        service=service,
        collection=declared.text("collection"),
        schema=schema,
        key=declared.text("key"),
        id_pattern=declared.text("id"),
        owner=declared.text("owner") or None,
        unique=unique if isinstance(unique, dict) else {},
        state=state,
        lifecycle=lifecycle,
        location=declared.location,
    )


def _check_words(reading: Reading, declared: Node, schema: Schema) -> None:
    collection, pattern = declared.below("collection"), declared.below("id")
    if not _WORD.fullmatch(str(collection.value or "")):
        reading.fault(collection, "x-resource needs a `collection`, one word", "Name it in the plural, such as `items`")
    if pattern.value != "uuid" and not _TEMPLATE.fullmatch(str(pattern.value or "")):
        message = f"the id `{pattern.value}` is no template"
        reading.fault(pattern, message, "Write `uuid`, or a prefix and {n} such as `item-{n}`")
    if declared.get("key") is None:
        reading.fault(declared, "x-resource needs a `key`", "Name the property that identifies it, such as `id`")
    unique = declared.below("unique")
    if not isinstance(unique.value, dict | None):
        reading.fault(unique, "`unique` must map properties to problem codes", "Write {property: CODE}")
    for field in ("key", "owner"):
        _check_property(reading, declared.below(field), declared.get(field), schema)
    for name, member in unique.members():
        _check_property(reading, member, name, schema)
        if not isinstance(member.value, str):
            reading.fault(member, f"`{name}` is not mapped to a problem code", "Write {property: CODE}")


def _check_property(reading: Reading, node: Node, name: Any, schema: Schema) -> None:
    if name is not None and not (isinstance(name, str) and name in schema.properties):
        known = ", ".join(schema.properties)
        reading.fault(node, f"`{name}` is no property of {schema.name}", f"Its properties are {known}")


def _lifecycle(schema: Schema) -> tuple[str | None, Lifecycle | None]:
    """The property that carries a lifecycle, and the lifecycle."""
    for name, property_ in schema.properties.items():
        for site in property_.sites:
            if (lifecycle := read_lifecycle(site)) is not None:
                return name, lifecycle
    return None, None


def read_lifecycle(site: Node) -> Lifecycle | None:
    """The lifecycle that stands in a schema, None if there is none that makes sense."""
    declared = site.get("x-transitions")
    if not isinstance(declared, dict) or not declared:
        return None
    transitions = {
        state: tuple(map(str, targets)) if isinstance(targets, list) else () for state, targets in declared.items()
    }
    return Lifecycle(
        initial=next(iter(transitions)), transitions=transitions, location=site.below("x-transitions").location
    )
