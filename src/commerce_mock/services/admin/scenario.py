"""Scenarios: a world saved as one, begun anew with one, or filled with a generated one."""

from typing import Any

from commerce_contract import MISSING, Fault
from commerce_mock.beginning import begin
from commerce_mock.call import Answer, Call
from commerce_mock.clock import parse_time
from commerce_mock.problems import Problem
from commerce_mock.saving import saved
from commerce_mock.scenario import ScenarioError, read_scenario
from commerce_mock.services.admin.worlds import shown
from commerce_mock.services.filling import fill
from commerce_mock.services.generating import Wanted
from commerce_mock.transaction import Transaction

MOST_TOLD = 100


def save(tx: Transaction, _: Call) -> Answer:
    """The world as a scenario."""
    return Answer(saved(tx))


def load(tx: Transaction, call: Call) -> Answer:
    """Begin anew with a scenario, all at once."""
    try:
        begin(tx.world, read_scenario(call.body, "the body"))
    except ScenarioError as error:
        raise _refusal(error) from None
    return _begun(tx)


def generate(tx: Transaction, call: Call) -> Answer:
    """Begin anew with so many users, orders and payments."""
    said = {**_defaults(call), **call.body}
    try:
        now = parse_time(said["now"])
        fill(tx.world, Wanted(said["users"], said["orders"], said["seed"], now))
    except (ValueError, OverflowError):
        message = "must be a time of the years 1 to 9999, early enough for what comes after it"
        raise Problem("VALIDATION_ERROR", errors=(("/now", message),)) from None
    except ScenarioError as error:
        raise Problem("CONFLICT", f"{error}.") from None
    return _begun(tx)


def _defaults(call: Call) -> dict[str, Any]:
    """What the document says of the properties that a body may leave out."""
    body = call.operation.body
    parts = body.schema.properties if body is not None else {}
    return {name: part.default for name, part in parts.items() if part.default is not MISSING}


def _begun(tx: Transaction) -> Answer:
    answer = Answer(shown(tx, tx.world))
    # This request is number 0 of the journal, so that those after it are numbered as after the start.
    tx.world.journal.total = -1
    return answer


def _refusal(error: ScenarioError) -> Problem:
    faults = [fault for fault in error.faults if isinstance(fault, Fault)]
    told = tuple((fault.location.pointer, f"{fault.message}. {fault.hint}.") for fault in faults[:MOST_TOLD])
    return Problem("VALIDATION_ERROR", None if told else str(error), errors=told)


RULES = {"admin.save_scenario": save, "admin.load_scenario": load, "admin.generate_scenario": generate}
