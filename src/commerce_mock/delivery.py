"""A delivery: one event on its way to one receiver, and what became of those that a rule met. All of it is state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from commerce_mock.clock import timestamp
from commerce_mock.coding import UnreadableError, read_moment
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.store.memory import MemoryTransaction

if TYPE_CHECKING:
    from commerce_mock.behaviour import Behaviour
    from commerce_mock.transaction import Transaction

TABLE: Final = "/deliveries"
STEPS: Final = "/deliveries/steps"
DUE: Final = "deliveries.due"  # the timer
BROKERS: Final = "brokers"
"""The receiver that is a world's outbox; every other one is a service."""
_PREFIX: Final = "delivery-"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way; lives until it is delivered or dropped.

    `event` is its number in the log, `since` and `due` are in milliseconds since the epoch (None: until it is
    released), `rule` is the id of the rule that keeps it. Those of one `group` were collected to come together.
    """

    number: int
    event: int
    receiver: str
    since: int
    due: int | None
    rule: str
    group: str | None

    @property
    def id(self) -> str:
        """Its identifier in its world."""
        return f"{_PREFIX}{self.number}"

    @property
    def timer(self) -> str:
        """What the timer is about that makes it, where it is due some time."""
        return self.group or self.id

    def emitted(self, store: MemoryTransaction) -> Emitted:
        """The event."""
        return from_log(store.entry(LOG, self.event))

    def document(self, tx: "Transaction") -> dict[str, Any]:
        """The delivery as the control document shows it."""
        return {
            "id": self.id,
            "receiver": self.receiver,
            "since": timestamp(self.since),
            "due": None if self.due is None else timestamp(self.due),
            "rule": self.rule,
            "event": self.emitted(tx.store).document(tx.world.name),
        }


class Step(NamedTuple):
    """What was done with the event of that number in the log on its way to a receiver, at a time, and by which rule."""

    event: int
    receiver: str
    did: str
    time: int
    rule: str | None
    delivery: str | None
    due: int | None = None

    def document(self, store: MemoryTransaction) -> dict[str, Any]:
        """What was done, as the control document shows it."""
        return {
            "event": from_log(store.entry(LOG, self.event)).id,
            "receiver": self.receiver,
            "did": self.did,
            "time": timestamp(self.time),
            "due": None if self.due is None else timestamp(self.due),
            "rule": self.rule,
            "delivery": self.delivery,
        }


def pending(store: MemoryTransaction) -> list[Delivery]:
    """All that are on their way, in the order in which they set out."""
    return sorted((delivery for _, delivery in store.records(TABLE)), key=_number)


def find(store: MemoryTransaction, identifier: str) -> Delivery | None:
    """The one with that id, where it is still on its way."""
    found: Delivery | None = store.recall(TABLE, identifier)
    return found


def steps(store: MemoryTransaction, events: set[int]) -> Iterator[Step]:
    """What was done with the events of these numbers, in order."""
    return (entry for entry in map(Step._make, store.oldest(STEPS)) if entry.event in events)


def _number(delivery: Delivery) -> int:
    return delivery.number


def receivers(behaviour: "Behaviour", event_type: str) -> list[str]:
    """Who may hear of events of that type, in the order in which they do."""
    return [BROKERS, *behaviour.reactions[event_type]]


def come(_tx: "Transaction", _group: str) -> None:
    """Nothing but the end of the timer: the deliveries of its group are made once that is committed."""


TIMERS: Final = {DUE: come}


# In an export


def written(delivery: Delivery) -> dict[str, Any]:
    """A delivery as an export has it."""
    said = {
        "number": delivery.number,
        "event": delivery.event,
        "receiver": delivery.receiver,
        "since": timestamp(delivery.since),
        "due": None if delivery.due is None else timestamp(delivery.due),
        "rule": delivery.rule,
        "group": delivery.group,
    }
    return {name: value for name, value in said.items() if value is not None}


def read_back(tx: "Transaction", document: Mapping[str, Any]) -> None:
    """Let a delivery be on its way that `written` wrote; the schema has judged it already.

    Raises UnreadableError where it is of no event, nobody receives it, or there is one of that number.
    """
    event, due = document["event"], document.get("due")
    if event >= tx.store.count(LOG):
        raise UnreadableError(("/event", "must be the number of an event in the log, from 0"))
    heard = receivers(tx.world.behaviour, from_log(tx.store.entry(LOG, event)).type)
    if document["receiver"] not in heard:
        raise UnreadableError(("/receiver", f"does not hear of this event: those that do are {', '.join(heard)}"))
    delivery = Delivery(
        document["number"], event, document["receiver"], read_moment(document["since"], "/since"),
        None if due is None else read_moment(due, "/due"), document["rule"], document.get("group"),
    )  # fmt: skip
    if find(tx.store, delivery.id) is not None:
        raise UnreadableError(("/number", f"is {delivery.number}, and there is one before it"))
    tx.store.remember(TABLE, delivery.id, delivery)
    tx.store.reach(TABLE, delivery.number)
