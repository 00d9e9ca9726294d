"""Delivery rules: what happens to events on their way to who hears of them, set and forgotten again."""

from itertools import islice

from commerce_mock.call import Answer, Call
from commerce_mock.delivery_rules import DeliveryRule, rule_of
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction


def delivery_rules(tx: Transaction, call: Call) -> Answer:
    """The world's rules, in the order in which they were made."""
    found = tx.world.delivery_rules
    start = call.query["offset"]
    page = [rule.document() for rule in islice(found, start, start + call.query["limit"])]
    return Answer(envelope(call, page, len(found)))


def delivery_rule(tx: Transaction, call: Call) -> Answer:
    """One rule."""
    return Answer(_named(tx, call).document())


def create(tx: Transaction, call: Call) -> Answer:
    """Let something happen to events on their way from now on."""
    made = rule_of(call.body, tx.world.behaviour)
    return Answer(tx.world.delivery_rules.add(made).document())


def delete(tx: Transaction, call: Call) -> Answer:
    """Let a rule act no more."""
    tx.world.delivery_rules.remove(_named(tx, call).id)
    return Answer(None)


def clear(tx: Transaction, _: Call) -> Answer:
    """Let all events come at once again."""
    tx.world.delivery_rules.clear()
    return Answer(None)


def _named(tx: Transaction, call: Call) -> DeliveryRule:
    identifier = call.path["rule_id"]
    found = tx.world.delivery_rules.get(identifier)
    if found is None:
        raise Problem("NOT_FOUND", f"There is no delivery rule {identifier}.")
    return found


RULES = {
    "admin.delivery_rules": delivery_rules,
    "admin.create_delivery_rule": create,
    "admin.delivery_rule": delivery_rule,
    "admin.delete_delivery_rule": delete,
    "admin.delete_delivery_rules": clear,
}
