"""What a client was told and what it keeps of that: the record of a day."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from commerce_sdk import CommerceError
from commerce_sdk.events import Event

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@dataclass
class Run:
    """A day as it went. `trace` says of each step what came of it, `lost` what an answer had and its value has not."""

    trace: list[tuple[str, str]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    failures: list[CommerceError] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def models(self) -> Iterator[BaseModel]:
        """Every model that a call or an event gave, at any depth."""
        yield from _models([*self.values, *self.events])

    def told_as(self, name: str) -> list[Any]:
        """What answers and events had under a name on the wire, at any depth."""
        return list(_members([*self.told, *self.payloads], name))

    def kept_as(self, name: str) -> list[Any]:
        """What values keep of that beside their declared fields: as an extra, or within a free object."""
        found: list[Any] = []
        for model in self.models():
            extras = model.model_extra or {}
            free = [value for field in type(model).model_fields if isinstance(value := getattr(model, field), dict)]
            found += _members([extras, free], name)
        return found


def _models(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        yield from _models([getattr(value, name) for name in type(value).model_fields])
        yield from _models(list((value.model_extra or {}).values()))
    elif isinstance(value, list):
        for element in value:
            yield from _models(element)
    elif isinstance(value, dict):
        yield from _models(list(value.values()))


def _members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for member in value.values():
            yield from _members(member, name)
    elif isinstance(value, list):
        for element in value:
            yield from _members(element, name)


def lost(name: str, told: Any, kept: Any) -> list[str]:
    """What an answer says and its value does not: names, values, digits of decimals; times count as moments."""
    counted = Counter(_leaves(told)) - Counter(_leaves(kept))
    return [f"{name} lost {leaf}" for leaf in counted]


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, f"{path}/{name}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _leaves(element, f"{path}/{index}")
    elif isinstance(value, str) and _TIME.fullmatch(value):
        yield f"{path}={datetime.fromisoformat(value).isoformat()}"
    else:
        yield f"{path}={value!r}"
