"""Brokers: where events go besides the mock's own services, and how far each is."""

from commerce_mock.call import Answer, Call
from commerce_mock.transaction import Transaction


def brokers(tx: Transaction, _: Call) -> Answer:
    """How each broker is; none without `--events`."""
    worlds = tx.world.worlds
    if worlds is None or worlds.brokers is None:
        return Answer({"brokers": [], "events": 0, "lost": 0})
    return Answer(worlds.brokers())


RULES = {"admin.brokers": brokers}
