"""Services that are down, and how payments end: what happens to the platform from outside."""

from typing import Any

from commerce_mock.call import Answer, Call
from commerce_mock.problems import Problem, at
from commerce_mock.services import payments
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction


def services(tx: Transaction, call: Call) -> Answer:
    """All services that the mock plays, and whether they are up."""
    names = tx.world.behaviour.contract.services
    return Answer({"services": [_service(tx, name) for name in names if name != call.operation.service]})


def set_service(tx: Transaction, call: Call) -> Answer:
    """Mark a service down or up."""
    name = call.path["service"]
    if name not in tx.world.behaviour.contract.services or name == call.operation.service:
        raise Problem("NOT_FOUND", f"No service that can be marked is named {name}.")
    (tx.world.down.discard if call.body["up"] else tx.world.down.add)(name)
    return Answer(_service(tx, name))


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


def _service(tx: Transaction, name: str) -> dict[str, Any]:
    service = tx.world.behaviour.contract.services[name]
    url = tx.world.urls.get(name) or f"http://localhost:{service.port}"
    return {"name": name, "url": url, "up": name not in tx.world.down}


RULES = {"admin.services": services, "admin.set_service": set_service, "admin.settle": settle}
