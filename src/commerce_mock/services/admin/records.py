"""What happened in a world: mails and events, in pages."""

from itertools import islice

from commerce_mock.call import Answer, Call
from commerce_mock.events import LOG, from_log
from commerce_mock.listing import envelope
from commerce_mock.services.notifications import CHANNEL, INBOX, mails
from commerce_mock.transaction import Transaction


def inbox(tx: Transaction, call: Call) -> Answer:
    """What users were written, newest first."""
    user_id, channel = call.query.get("user_id"), call.query.get("channel", CHANNEL)
    offset, limit = call.query["offset"], call.query["limit"]
    if channel != CHANNEL:
        return Answer(envelope(call, [], 0))
    if user_id is None:
        return Answer(envelope(call, list(islice(mails(tx, skip=offset), limit)), tx.store.count(INBOX)))
    found = list(mails(tx, user_id))
    return Answer(envelope(call, found[offset : offset + limit], len(found)))


def events(tx: Transaction, call: Call) -> Answer:
    """The event log, newest first."""
    wanted, offset, limit = call.query.get("type"), call.query["offset"], call.query["limit"]
    if wanted is None:
        page = [from_log(entry).document(tx.world.name) for entry in islice(tx.store.latest(LOG, offset), limit)]
        return Answer(envelope(call, page, tx.store.count(LOG)))
    found = [entry for entry in tx.store.latest(LOG) if entry[0].type == wanted]
    page = [from_log(entry).document(tx.world.name) for entry in found[offset : offset + limit]]
    return Answer(envelope(call, page, len(found)))


RULES = {"admin.inbox": inbox, "admin.events": events}
