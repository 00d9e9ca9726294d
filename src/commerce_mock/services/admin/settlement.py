"""How payments end: each by hand, and what new ones wait for."""

from commerce_mock.call import Answer, Call
from commerce_mock.problems import Problem, at
from commerce_mock.services import payments
from commerce_mock.settlement import OUTCOME, delay_of, set_delay
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction


def settlement(tx: Transaction, _: Call) -> Answer:
    """What the world's new payments wait for."""
    _check_payments(tx)
    return Answer({"delay": delay_of(tx)})


def set_settlement(tx: Transaction, call: Call) -> Answer:
    """Let the world's new payments wait for something else."""
    _check_payments(tx)
    try:
        set_delay(tx, call.body["delay"])
    except ValueError as error:
        raise at("VALIDATION_ERROR", "/delay", str(error)) from None
    return settlement(tx, call)


def settle(tx: Transaction, call: Call) -> Stored:
    """End a payment that is processing, as its timer would."""
    payment = tx.get("payments", call.path["payment_id"])
    if payment is None:
        raise Problem("NOT_FOUND")
    if payment.state != "processing":
        raise at("CONFLICT", "/status", f"{payment.key} is {payment.state}, no longer processing.")
    body = call.body
    reason = body.get("failureReason", "Settled by hand")
    return payments.settle(tx, payment, body["status"], reason, body.get("errorCode", "SETTLED"))


def _check_payments(tx: Transaction) -> None:
    if OUTCOME not in tx.world.behaviour.timers:
        raise Problem("NOT_FOUND", "The contract has no payments that wait for an outcome.")


RULES = {"admin.settlement": settlement, "admin.set_settlement": set_settlement, "admin.settle": settle}
