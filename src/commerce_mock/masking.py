"""Secrets where a document leaves room for anything: whatever is named like a `writeOnly` property is masked there."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from commerce_contract import Contract, Schema
from commerce_mock.secrecy import HIDDEN

_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def secret_names(contract: Contract) -> frozenset[str]:
    """The names of all `writeOnly` properties, in whichever spelling: `cardnumber` for `cardNumber`."""
    schemas: list[Schema] = [event.payload for event in contract.events.values()]
    schemas += [resource.schema for resource in contract.resources.values()]
    for operation in contract.operations.values():
        schemas += [] if operation.body is None else [operation.body.schema]
        schemas += [response.schema for response in operation.responses.values() if response.schema is not None]
    return frozenset(map(_plain, _write_only(schemas)))


def masked(schema: Schema | None, value: Any, names: Collection[str]) -> Any:
    """A JSON value with `***` for each secret: what the schema marks so, and what it does not know under such a name.

    A schema of None knows nothing of the value. `names` are the contract's `secret_names`.
    """
    if schema is not None and schema.write_only:
        return HIDDEN
    if isinstance(value, dict):
        known = {} if schema is None else schema.properties
        return {
            name: HIDDEN if name not in known and _is_secret(name, names) else masked(known.get(name), part, names)
            for name, part in value.items()
        }
    if isinstance(value, list):
        items = None if schema is None else schema.items
        return [masked(items, item, names) for item in value]
    return value


def _is_secret(name: str, names: Iterable[str]) -> bool:
    """Whether a name is that of a secret, or of somebody's: `user_password`."""
    plain = _plain(name)
    return any(plain.endswith(secret) for secret in names)


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.lower())


def _write_only(schemas: Iterable[Schema]) -> Iterator[str]:
    """The names of the properties that are only written, in these schemas and all that they refer to."""
    waiting, seen = list(schemas), set[str]()
    while waiting:
        schema = waiting.pop()
        if schema.uri in seen:
            continue
        seen.add(schema.uri)
        yield from (name for name, part in schema.properties.items() if part.write_only)
        waiting += schema.properties.values()
        waiting += [] if schema.items is None else [schema.items]
