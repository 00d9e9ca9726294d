"""A world in which something of everything has happened, to be taken elsewhere."""

from typing import Any

from harness.stage import BODIES, STUCK_CARD, Stage


def lived(**settings: Any) -> Stage:
    """A world in which something of everything has happened."""
    stage = Stage(**settings)
    platform = stage.platform
    member = platform.register("kim", profile={"bio": "ü"})
    stage.send(stage.ask("orders.create").but(headers={"Idempotency-Key": "order-key", "X-Request-Id": "mine"}))
    order = platform.order(member, 33.33)
    platform.pay(member, order)
    platform.pay(stage.john, {"id": "order-124", "totalAmount": 40.25}, STUCK_CARD)
    platform.advance(0.5)
    keyed = {"Idempotency-Key": "pay-key", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    another = platform.order(member, 10.0)
    body = {**BODIES["payments.create"], "orderId": another["id"], "userId": member.id, "amount": 10}
    platform.send("payments", "POST", "/api/payments", body, member.token, keyed)
    platform.switch("orders", up=False)
    assert platform.pay(member, order).status == 503
    platform.post("admin", "/__admin/faults", {"fault": "reset", "operation": "orders.get"})
    platform.send("admin", "PUT", "/__admin/payments/settlement", {"delay": "reads:2"})
    return stage
