"""Notifications: every event becomes a mail in the inbox, where tests and people read it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from commerce_contract import Resource
from commerce_mock.clock import timestamp
from commerce_mock.coding import NUMBERS, Coding, UnreadableError, below, read_row, written_row
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.services.money import text
from commerce_mock.services.users import TOKEN
from commerce_mock.store.memory import Row, shown
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction

INBOX = "/inbox"
CHANNEL = "email"
USERS = "users"
Entry = tuple[int, Resource, Row]  # of the inbox: the event's number in the log, and the user as they were then
Mail = Callable[[Mapping[str, Any], Mapping[str, Any], Stored], tuple[str, str]]

# Subject and text by event type, from the payload, its data, and the user who is written to.
MAILS: Mapping[str, Mail] = {
    "user_created": lambda _p, _d, user: (
        "Verify your account",
        f"Welcome, {user.value['first_name']}! Your verification token is {user.hidden.get(TOKEN, '(already used)')}",
    ),
    "user_verified": lambda _p, _d, user: ("Your account is verified", f"Thank you, {user.value['first_name']}."),
    "order_created": lambda p, d, _u: (
        f"We received your order {p['order_id']}",
        f"It comes to {text(d['total_amount'])}.",
    ),
    "order_confirmed": lambda p, _d, _u: (f"Your order {p['order_id']} is confirmed", "We are getting it ready."),
    "payment_completed": lambda p, d, _u: (
        f"We received your payment {p['payment_id']}",
        f"{text(d['amount'])} {d['currency']} for {p['order_id']}.",
    ),
    "payment_failed": lambda p, d, _u: (
        f"Your payment {p['payment_id']} failed",
        f"{d['reason']}. You can pay {p['order_id']} again.",
    ),
}


def notify(tx: Transaction, event: Emitted) -> None:
    """Write to the user whom an event concerns; an event about nobody known is not told to anybody.

    What is kept is the event's number and the user as they are now: the mail is worded when it is read.
    """
    row = tx.store.get(USERS, event.owner) if event.owner else None
    if row is not None:
        resource = tx.world.behaviour.resources[USERS]
        told_of_itself = event.about.resource is resource
        if event.told is not None:  # another contract may ask less of a payload than a mail needs: it fails here
            MAILS[event.type](event.payload, event.payload["data"], Stored(resource, row))
        tx.store.append(INBOX, (event.number, resource, row if told_of_itself else shown(row)))


def mails(tx: Transaction, user_id: str | None = None, skip: int = 0) -> Iterator[dict[str, Any]]:
    """The mails of the inbox, newest first, from the `skip`th on; those to one user, if one is named."""
    number = tx.store.count(INBOX)
    if user_id is None:
        number -= skip
        entries = tx.store.latest(INBOX, skip)
        yield from (_mail(tx, number - index, *entry) for index, entry in enumerate(entries))
        return
    theirs = ((number - i, entry) for i, entry in enumerate(tx.store.latest(INBOX)) if entry[2][1] == user_id)
    yield from (_mail(tx, number, *entry) for number, entry in islice(theirs, skip, None))


def _mail(tx: Transaction, number: int, event_number: int, resource: Resource, row: Row) -> dict[str, Any]:
    event = from_log(tx.store.entry(LOG, event_number))
    user = Stored(resource, row)
    subject, body = MAILS[event.type](event.payload, event.payload["data"], user)
    return {
        "id": f"notification-{number}",
        "channel": CHANNEL,
        "to": user.value["email"],
        "subject": subject,
        "text": body,
        "event_id": event.id,
        "event_type": event.type,
        "user_id": user.key,
        "created_at": timestamp(event.time),
    }


def _write(entry: Entry) -> dict[str, Any]:
    event_number, _, row = entry
    return {"event": event_number, "user": written_row(row, (TOKEN,))}


def _read(tx: Transaction, value: Any) -> Entry:
    if not isinstance(value, dict) or value.keys() != {"event", "user"}:
        raise UnreadableError(("", "must be an object of event and user"))
    with below("/event"):
        number = NUMBERS.read(tx, value["event"])
    if number >= tx.store.count(LOG) or from_log(tx.store.entry(LOG, number)).type not in MAILS:
        raise UnreadableError(("/event", "must be the number of an event, from 0, of which there are mails"))
    resource = tx.world.behaviour.resources[USERS]
    with below("/user"):
        return number, resource, read_row(resource, value["user"], (TOKEN,))[1]


ON = dict.fromkeys(MAILS, notify)
LOGS = {INBOX: Coding(_write, _read)}
READS = ("users", "orders", "payments")
