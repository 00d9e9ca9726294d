"""What is otherwise in one state than in another, as a JSON Patch (RFC 6902).

The patch is about the resources as one JSON object: collection, id, resource. States share what did not change, so only
rows that are not the same object are compared; to find them takes a look at each row of a collection that changed.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

import orjson

from commerce_contract.pointer import join
from commerce_mock.store.memory import EMPTY, State

MISSING: Final = object()
Operation = dict[str, Any]


def patch(before: State, after: State, collections: Collection[str]) -> Iterator[Operation]:
    """The operations that make the resources of `after` out of those of `before`, in the order of ids."""
    for collection in collections:
        old, new = before.get(collection, EMPTY), after.get(collection, EMPTY)
        if old is new:
            continue
        changed = {key for key, row in new.items() if old.get(key) is not row}
        if len(old) + sum(key not in old for key in changed) != len(new):
            changed |= {key for key in old if key not in new}
        for key in sorted(changed, key=_in_order):
            yield from _differences(_value(old, key), _value(new, key), join("", collection, key))


def _value(table: Any, key: str) -> Any:
    row = table.get(key)
    return MISSING if row is None else orjson.loads(row[0])


def _differences(old: Any, new: Any, pointer: str) -> Iterator[Operation]:
    """One value compared with another; what is of another kind or length is replaced as a whole."""
    if old is MISSING:
        yield {"op": "add", "path": pointer, "value": new}
    elif new is MISSING:
        yield {"op": "remove", "path": pointer}
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from _differences(old.get(name, MISSING), new.get(name, MISSING), join(pointer, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (was, became) in enumerate(zip(old, new, strict=True)):
            yield from _differences(was, became, join(pointer, index))
    elif old != new or type(old) is not type(new):  # true is not 1
        yield {"op": "replace", "path": pointer, "value": new}


def _in_order(key: str) -> tuple[int, str]:
    """`order-9` before `order-10`."""
    return len(key), key
