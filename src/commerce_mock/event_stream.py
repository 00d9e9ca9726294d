"""Server-Sent Events, as WHATWG's HTML describes them: entries of a log as a browser's EventSource reads them."""

import orjson

from commerce_mock.following import MOST_AT_ONCE, MOST_LOOKED_THROUGH, Selection, chosen
from commerce_mock.transaction import Transaction

MEDIA_TYPE = "text/event-stream"
RETRY = 1000  # milliseconds until a browser whose connection broke asks again
RESET = "reset"


def opening(identifier: str) -> bytes:
    """How a stream begins: when to come back, and from where, though nothing may have come until then."""
    return b"retry: %d\n%b\n" % (RETRY, _id(identifier))


def beat(identifier: str) -> bytes:
    """A sign of life, which tells how far the log was looked through."""
    return b": \n%b\n" % _id(identifier)


def taken_back(identifier: str) -> bytes:
    """That the world was taken back: what came after the entry of that id has not happened."""
    return b"event: %b\n%bdata: %b\n\n" % (RESET.encode(), _id(identifier), orjson.dumps({"after": identifier}))


def batch(tx: Transaction, selection: Selection, position: int) -> tuple[bytes, int]:
    """The wanted ones of the next few entries of a log, and the position after them."""
    end = min(tx.store.count(selection.log), position + MOST_LOOKED_THROUGH)
    numbers = chosen(tx.store, selection, position, end)[: MOST_AT_ONCE + 1]
    if len(numbers) > MOST_AT_ONCE:
        end = numbers[MOST_AT_ONCE]
    return b"".join(_message(tx, selection, number) for number in numbers[:MOST_AT_ONCE]), end


def _message(tx: Transaction, selection: Selection, number: int) -> bytes:
    shown = selection.shown(tx, number)
    kind = selection.kind(shown).encode()
    return b"%bevent: %b\ndata: %b\n\n" % (_id(shown["id"]), kind, orjson.dumps(shown))


def _id(identifier: str) -> bytes:
    """The line that names an entry; one that came from outside may have a name that no line can hold."""
    return b"id: %b\n" % identifier.encode() if identifier.isprintable() else b""
