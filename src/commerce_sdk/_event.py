"""Events as values: what the generated payload classes derive from, and how a message becomes one of them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from commerce_sdk._codec import faults
from commerce_sdk._errors import InvalidEventError
from commerce_sdk._event_form import EventMetadata, read
from commerce_sdk._event_handlers import AsyncHandlers, AsyncSeen, Handlers, RecentIds, Seen, handler_name
from commerce_sdk._model import Model

__all__ = [
    "AsyncHandlers",
    "AsyncSeen",
    "Event",
    "EventMetadata",
    "Handlers",
    "RecentIds",
    "Seen",
    "UnknownEvent",
    "handler_name",
    "parse",
]


class Event(Model):
    """An event: its payload's properties are attributes. What travelled beside the payload is `metadata`."""

    event_type: str
    _metadata: EventMetadata | None = None

    def model_post_init(self, context: Any, /) -> None:
        """Keep the metadata, which `parse` hands over as the validation's context."""
        if isinstance(context, EventMetadata):
            self._metadata = context

    @property
    def metadata(self) -> EventMetadata | None:
        """Id, source, time and trace of the event; None if the message had no such headers."""
        return self._metadata

    @property
    def is_known(self) -> bool:
        """Whether the contract that this code was generated from knows the event's type."""
        return True


class UnknownEvent(Event):
    """An event of a type that is newer than the contract this code was generated from."""

    @property
    def is_known(self) -> bool:
        """Never."""
        return False

    @property
    def raw(self) -> dict[str, Any]:
        """The whole payload as it came; numbers with a fraction are `Decimal`."""
        return {"event_type": self.event_type, **(self.model_extra or {})}


@cache
def _payload(package: str, reference: str) -> type[Event]:
    """The class that `module:Name` below the package's models names."""
    module, _, name = reference.partition(":")
    found: type[Event] = getattr(import_module(f"{package}.models.{module}"), name)
    return found


def parse(message: Any, headers: Mapping[Any, Any] | None = None, *, types: Mapping[str, str], package: str) -> Any:
    """The event that a message tells; what the generated `parse` calls with the event types that it knows.

    `types` leads from an event type to `module:Name` below the models of `package`. Raises `InvalidEventError`.
    """
    form = read(message, headers)
    model = _payload(package, types[form.event_type]) if form.event_type in types else UnknownEvent
    try:
        return model.model_validate(form.payload, context=form.metadata, by_alias=True, by_name=False)
    except ValidationError as error:
        fault = faults(error)
    # Raised outside of the handler, so that the values which pydantic keeps do not travel along.
    raise InvalidEventError(f"This `{form.event_type}` is not what the contract says: {fault}", raw=message)
