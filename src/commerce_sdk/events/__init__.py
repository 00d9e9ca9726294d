"""Events: messages into typed events, and handlers for them.

Everything is imported when it is first asked for. The consumers that bring events from a broker are in modules of their
own, `commerce_sdk.events.redis` and `commerce_sdk.events.rabbitmq`, so that who has none pays for none, in type checks
neither. They need `pip install 'commerce-sdk[events]'`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from commerce_sdk._generated.models.events import *  # noqa: F403 - which events there are, the contract says

# After the line above, whose module has an `Event` of its own: the one that all events derive from.
if TYPE_CHECKING:
    from commerce_sdk._errors import InvalidEventError as InvalidEventError
    from commerce_sdk._event import AsyncSeen as AsyncSeen
    from commerce_sdk._event import EventMetadata as EventMetadata
    from commerce_sdk._event import RecentIds as RecentIds
    from commerce_sdk._event import Seen as Seen
    from commerce_sdk._event import UnknownEvent as UnknownEvent
    from commerce_sdk._generated.events import AsyncEventHandlers as AsyncEventHandlers
    from commerce_sdk._generated.events import Event as Event
    from commerce_sdk._generated.events import EventHandlers as EventHandlers
    from commerce_sdk._generated.events import parse as parse
    from commerce_sdk.events._dead_letter import DeadLetter as DeadLetter

# Every name but those of the events themselves, and the module that has it.
_MODULES: Final = {
    "AsyncEventHandlers": "_generated.events",
    "AsyncSeen": "_event_handlers",
    "DeadLetter": "events._dead_letter",
    "Event": "_generated.events",
    "EventHandlers": "_generated.events",
    "EventMetadata": "_event_form",
    "InvalidEventError": "_errors",
    "RecentIds": "_event_handlers",
    "Seen": "_event_handlers",
    "UnknownEvent": "_event",
    "parse": "_generated.events",
}


def __getattr__(name: str) -> Any:
    found: Any = None
    if name in _MODULES:
        found = getattr(import_module(f"commerce_sdk.{_MODULES[name]}"), name)
    elif not name.startswith("_"):
        models = import_module("commerce_sdk._generated.models.events")
        found = getattr(models, name, None)
        if getattr(found, "__module__", None) != models.__name__:
            found = None
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    types = import_module("commerce_sdk._generated.events").TYPES
    return sorted({*globals(), *_MODULES, *(reference.partition(":")[2] for reference in types.values())})
