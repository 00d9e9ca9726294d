"""A resource as the store has it."""

from typing import Any

import orjson

from commerce_contract import Resource
from commerce_mock.store.memory import Row

Value = dict[str, Any]  # a JSON object: a resource, what is hidden of it, or what is told of it


class Stored:
    """A resource as it is stored: its encoded answer, decoded only when a rule asks for `value`."""

    __slots__ = ("_value", "resource", "row")

    def __init__(self, resource: Resource, row: Row, value: Value | None = None) -> None:
        self.resource = resource
        self.row = row
        self._value = value

    @property
    def value(self) -> Value:
        """The resource as its answer shows it. Change a copy, never this."""
        if self._value is None:
            self._value = orjson.loads(self.row[0])
        return self._value

    @property
    def key(self) -> str:
        """The identifier, as paths spell it."""
        return str(self.value[self.resource.key])

    @property
    def owner(self) -> str | None:
        """Whose it is."""
        return self.row[1]

    @property
    def state(self) -> str | None:
        """Where it is in its lifecycle."""
        return self.row[2]

    @property
    def hidden(self) -> Value:
        """What the mock knows of it and no answer shows."""
        hidden: Value = orjson.loads(self.row[3]) if self.row[3] else {}
        return hidden
