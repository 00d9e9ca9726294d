"""Faults: what goes wrong in a world between clients and services, set and forgotten again."""

from itertools import islice

from commerce_mock.call import Answer, Call
from commerce_mock.faults import Fault, fault_of
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction


def faults(tx: Transaction, call: Call) -> Answer:
    """The world's faults, in the order in which they were set."""
    found = tx.world.faults
    start = call.query["offset"]
    page = [fault.document() for fault in islice(found, start, start + call.query["limit"])]
    return Answer(envelope(call, page, len(found)))


def fault(tx: Transaction, call: Call) -> Answer:
    """One fault."""
    return Answer(_named(tx, call).document())


def create_fault(tx: Transaction, call: Call) -> Answer:
    """Let something go wrong from now on."""
    made = fault_of(call.body, tx.world.behaviour.contract)
    return Answer(tx.world.faults.add(made).document())


def delete_fault(tx: Transaction, call: Call) -> Answer:
    """Let a fault strike no more."""
    tx.world.faults.remove(_named(tx, call).id)
    return Answer(None)


def delete_faults(tx: Transaction, _: Call) -> Answer:
    """Let nothing go wrong any more."""
    tx.world.faults.clear()
    return Answer(None)


def _named(tx: Transaction, call: Call) -> Fault:
    identifier = call.path["fault_id"]
    found = tx.world.faults.get(identifier)
    if found is None:
        raise Problem("NOT_FOUND", f"There is no fault {identifier}.")
    return found


RULES = {
    "admin.faults": faults,
    "admin.fault": fault,
    "admin.create_fault": create_fault,
    "admin.delete_fault": delete_fault,
    "admin.delete_faults": delete_faults,
}
