"""Users: registration with a verification token, and what a user's own history is."""

from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest

from commerce_mock import derived
from commerce_mock.call import Answer, Call
from commerce_mock.clock import timestamp
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.metrics import published, transactions
from commerce_mock.problems import at
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction

TOKEN = "verification_token"  # noqa: S105 - a property's name


def create(tx: Transaction, call: Call) -> Stored:
    """Register; the token that verifies the account is only in the mail."""
    text = f"{tx.world.settings.seed}/{TOKEN}/{call.body['email']}/{tx.store.number(TOKEN)}"
    return derived.create(tx, call, hidden={TOKEN: blake2b(text.encode(), digest_size=12).hexdigest()})


def verify(tx: Transaction, call: Call) -> Stored:
    """Take the token of the verification mail, once."""
    user = derived.find(tx, call)
    token = user.hidden.get(TOKEN)
    if token is None or not compare_digest(str(token).encode(), call.body[TOKEN].encode()):
        raise at("USER_003", f"/{TOKEN}", "The verification token is wrong, or was used before.")
    return _verified(tx, user)


def events(tx: Transaction, call: Call) -> Answer:
    """The user's own events, oldest first."""
    user = derived.find_in(tx, call, "users")
    own = map(from_log, tx.store.oldest(LOG, user.key))
    return Answer(
        {
            "events": [
                {"id": e.id, "event_type": e.type, "data": e.payload["data"], "created_at": timestamp(e.time)}
                for e in own
            ]
        }
    )


def on_payment_completed(tx: Transaction, event: Emitted) -> None:
    """Whoever paid is verified."""
    user = tx.get("users", event.payload["user_id"])
    if user is not None and not user.value["is_verified"]:
        _verified(tx, user)


def _verified(tx: Transaction, user: Stored) -> Stored:
    changed = tx.save(user, {"is_verified": True}, hidden={})
    tx.emit("user_verified", changed)
    return changed


def tokens(_: Transaction) -> Callable[[Stored], Value]:
    """What a saved user needs in order to verify the account, and nothing else that is hidden."""
    return lambda user: {TOKEN: user.hidden[TOKEN]} if TOKEN in user.hidden else {}


RULES = {"users.create": create, "users.verify": verify, "users.events": events}
SAVED = {"users": tokens}
PRIVATE = {"users": (TOKEN,)}
ON = {"payment_completed": on_payment_completed}
METRICS = {
    "user_registrations_total": published("user_created"),
    "user_verifications_total": published("user_verified"),
    "database_queries_duration_seconds": transactions,
}
