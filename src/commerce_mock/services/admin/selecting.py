"""Which events and mails somebody wants to see: what the parameters of the control document say, as frozen values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import orjson

from commerce_contract import Contract, Event
from commerce_mock.events import LOG, Emitted, Told, find, from_log
from commerce_mock.following import Chooses
from commerce_mock.problems import invalid
from commerce_mock.services.notifications import CHANNEL, INBOX, mails
from commerce_mock.store.memory import MemoryTransaction
from commerce_mock.transaction import Transaction

NOTIFICATION = "notification"
_FIRST = "{}-0"  # the id that stands for none: all entries are later ones


@dataclass(frozen=True, slots=True)
class Events:
    """Events of the log, by type, by the service that published them, by channel, by what caused and concerns them.

    `about` is an id that the payload names; None is whatever it may be.
    """

    log: ClassVar[str] = LOG

    type: str | None = None
    source: str | None = None
    channel: str | None = None
    correlation_id: str | None = None
    about: str | None = None

    @classmethod
    def of(cls, contract: Contract, query: Mapping[str, Any]) -> Self:
        """Which events a query asks for. Raises Problem VALIDATION_ERROR where there cannot be any."""
        kinds, source = contract.events.values(), query.get("source")
        return cls(
            _known("/query/type", query.get("type"), contract.events, "event"),
            _known("/query/source", source and source.removeprefix("/"), (kind.service for kind in kinds), "service"),
            _known("/query/channel", query.get("channel"), (kind.channel for kind in kinds), "channel"),
            query.get("correlation_id"),
            query.get("about"),
        )

    def chooser(self, store: MemoryTransaction) -> Chooses | None:  # noqa: ARG002 - mails need it
        """What says of an entry whether it is wanted."""
        chooses: list[Chooses] = []
        if self.type is not None or self.source is not None or self.channel is not None:
            chooses.append(lambda entry: self._is_of(entry[0], entry[10]))
        if self.correlation_id is not None:
            chooses.append(lambda entry: entry[3] == self.correlation_id)
        if self.about is not None:
            chooses.append(self._naming(self.about))
        return _all(chooses)

    def _is_of(self, event: Event, told: Told | None) -> bool:
        if self.type is not None and event.type != self.type:
            return False
        if self.channel is not None and event.channel != self.channel:
            return False
        source = event.service if told is None or told.source is None else told.source.removeprefix("/")
        return self.source is None or source == self.source

    @staticmethod
    def _naming(about: str) -> Chooses:
        text = orjson.dumps(about)[1:-1]

        def names(entry: Any) -> bool:
            # To look for the text first spares wording nearly all of them.
            if text not in entry[6][0] and (entry[8] is None or text not in entry[8]):
                return False
            payload = from_log(entry).payload
            return any(value == about for name, value in payload.items() if name.lower().endswith("id"))

        return names

    def shown(self, tx: Transaction, number: int) -> dict[str, Any]:
        """The event of that number."""
        return _event(tx.store, number).document(tx.world.name)

    def identifier(self, store: MemoryTransaction, position: int) -> str:
        """The id of the last of the first `position` events, or `event-0`."""
        return _event(store, position - 1).id if position else _FIRST.format("event")

    def kind(self, shown: dict[str, Any]) -> str:
        """Its type."""
        kind: str = shown["type"]
        return kind

    def place(self, store: MemoryTransaction, identifier: str) -> int | None:
        """How many events there are up to the one of that id; None where there is none."""
        if identifier == self.identifier(store, 0):
            return 0
        event = find(store, identifier)
        return None if event is None else event.number + 1


@dataclass(frozen=True, slots=True)
class Mails:
    """Notifications, by the user, by the address, by what they tell of and by the way they are sent."""

    log: ClassVar[str] = INBOX

    user_id: str | None = None
    to: str | None = None
    event_type: str | None = None
    channel: str | None = None

    @classmethod
    def of(cls, contract: Contract, query: Mapping[str, Any]) -> Self:
        """Which mails a query asks for. Raises Problem VALIDATION_ERROR where there cannot be any."""
        kind = _known("/query/event_type", query.get("event_type"), contract.events, "event")
        return cls(query.get("user_id"), query.get("to"), kind, query.get("channel"))

    def chooser(self, store: MemoryTransaction) -> Chooses | None:
        """What says of an entry whether it is wanted."""
        chooses: list[Chooses] = []
        if self.channel is not None and self.channel != CHANNEL:
            return lambda _: False
        if self.user_id is not None:
            chooses.append(lambda entry: entry[2][1] == self.user_id)
        if self.event_type is not None:
            chooses.append(lambda entry: store.entry(LOG, entry[0])[0].type == self.event_type)
        if self.to is not None:
            text = orjson.dumps(self.to)[1:-1]
            chooses.append(lambda entry: text in entry[2][0] and orjson.loads(entry[2][0])["email"] == self.to)
        return _all(chooses)

    def shown(self, tx: Transaction, number: int) -> dict[str, Any]:
        """The mail of that number."""
        return next(mails(tx, skip=tx.store.count(INBOX) - 1 - number))

    def identifier(self, store: MemoryTransaction, position: int) -> str:  # noqa: ARG002 - events need it
        """The id of the last of the first `position` mails, or `notification-0`."""
        return f"{NOTIFICATION}-{position}"

    def kind(self, shown: dict[str, Any]) -> str:  # noqa: ARG002 - all have one name, so that a page need not know more
        """The name that all have."""
        return NOTIFICATION

    def place(self, store: MemoryTransaction, identifier: str) -> int | None:
        """How many mails there are up to the one of that id; None where there is none."""
        _, _, digits = identifier.rpartition("-")
        count = store.count(INBOX)
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(count)):
            return None
        position = int(digits)
        return position if position <= count and identifier == self.identifier(store, position) else None


def _all(chooses: list[Chooses]) -> Chooses | None:
    """What says whether all say so."""
    match chooses:
        case []:
            return None
        case [one]:
            return one
        case _:
            return lambda entry: all(each(entry) for each in chooses)


def _event(store: MemoryTransaction, number: int) -> Emitted:
    return from_log(store.entry(LOG, number))


def _known(pointer: str, value: str | None, names: Iterable[str], what: str) -> str | None:
    """The value itself. Raises Problem VALIDATION_ERROR where it is none of the names, which it lists."""
    names = list(names)
    if value is not None and value not in names:
        listed = ", ".join(dict.fromkeys(names)) or "none"
        raise invalid(pointer, f"names no {what}: {value[:100]!r}; there are {listed}")
    return value
