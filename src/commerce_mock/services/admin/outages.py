"""Services that are down: what happens to the platform from outside."""

from typing import Any

from commerce_mock.call import Answer, Call
from commerce_mock.outages import REFUSE, UNAVAILABLE, bring_up, take_down
from commerce_mock.problems import Problem
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
    if call.body["up"]:
        bring_up(tx.world, name)
    else:
        take_down(tx.world, name, refuse=call.body.get("mode") == REFUSE)
    return Answer(_service(tx, name))


def _service(tx: Transaction, name: str) -> dict[str, Any]:
    service = tx.world.behaviour.contract.services[name]
    url = tx.world.urls.get(name) or f"http://localhost:{service.port}"
    shown = {"name": name, "url": url, "up": name not in tx.world.down}
    return shown if shown["up"] else {**shown, "mode": REFUSE if name in tx.world.refusing else UNAVAILABLE}


RULES = {"admin.services": services, "admin.set_service": set_service}
