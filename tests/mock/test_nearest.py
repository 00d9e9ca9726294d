"""Which operation a request meant that none has."""

from dataclasses import replace

import pytest

from commerce_mock.nearest import nearest
from harness.platform import contract


@pytest.mark.parametrize(
    ("service", "method", "path", "name", "reason"),
    [
        ("orders", "POST", "/api/order", "orders.create", "segment 2 of the path is 'order', not 'orders'"),
        ("orders", "PATCH", "/api/orders/order-1", "orders.get", "the path has GET, not PATCH"),
        ("orders", "GET", "/api/orders/order-1/cancel", "orders.cancel", "the path has POST, not GET"),
        ("orders", "POST", "/api/orders/1/cancle", "orders.cancel", "segment 4 of the path is 'cancle', not 'cancel'"),
        (
            "orders",
            "POST",
            "/api/orders/1/refund",
            "payments.refund",
            "segment 2 of the path is 'orders', not 'payments'",
        ),
        (
            "orders",
            "PUT",
            "/api/orders/1/status/x",
            "orders.set_status",
            "the path has 5 segments, not 4 as /api/orders/{order_id}/status",
        ),
        (
            "orders",
            "POST",
            "/api/users",
            "users.create",
            "the path is one of the service users, and the request came to orders",
        ),
        ("users", "GET", "/helth", "users.health", "segment 1 of the path is 'helth', not 'health'"),
        ("admin", "GET", "/__admin/clok", "admin.clock", "segment 2 of the path is 'clok', not 'clock'"),
        (None, "DELETE", "/__admin/reset", "admin.reset", "the path has POST, not DELETE"),
    ],
)
def test_the_nearest_operation_is_told_with_the_reason(
    service: str | None, method: str, path: str, name: str, reason: str
) -> None:
    near = nearest(contract(), service, method, path)
    assert near is not None
    assert (near.operation.name, near.reason) == (name, reason)


def test_a_contract_without_operations_has_none() -> None:
    assert nearest(replace(contract(), operations={}), "orders", "GET", "/api/orders") is None
