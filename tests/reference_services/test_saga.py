import json
from pathlib import Path

from harness.reference import until
from harness.shop import CVV, GOOD_CARD, PASSWORD, Shop
from harness.witness import Witness


def test_an_order_is_placed_paid_confirmed_sent_and_refunded(shop: Shop, witness: Witness) -> None:
    ann = shop.register()
    order = shop.order(ann, 29.99, 29.99, 15.5)
    assert order["totalAmount"] == 75.48
    assert order["status"] == "pending"
    payment = shop.pay(ann, order)
    assert payment["status"] == "completed"
    assert payment["paymentMethod"]["last4"] == GOOD_CARD[-4:]
    until(lambda: shop.read_order(order)["status"] == "confirmed")
    assert shop.read_order(order)["paymentId"] == payment["id"]
    assert shop.set_status(order, "processing", "shipped", "delivered").json()["status"] == "delivered"
    part = shop.refund(ann, payment, 0.48)
    assert (part.json()["status"], part.json()["refundedAmount"]) == ("partially_refunded", 0.48)
    rest = shop.refund(ann, payment, 75)
    assert (rest.json()["status"], rest.json()["refundedAmount"]) == ("refunded", 75.48)
    until(lambda: shop.get("users", f"/api/users/{ann.id}", ann.token).json()["is_verified"])

    told = [witness.event(event.pop("stream"), event) for event in shop.events(ann.id, order["id"])]
    assert [event["event_type"] for event in told] == [
        "user_created",
        "user_verified",
        "order_created",
        "order_confirmed",
        "payment_completed",
    ]
    assert told[2]["data"]["total_amount"] == 75.48
    assert told[3]["data"]["payment_id"] == payment["id"]
    assert told[4]["data"]["amount"] == 75.48
    assert told[4]["data"]["transaction_id"] == payment["transactionId"]


def test_the_request_that_causes_events_is_named_by_them(shop: Shop) -> None:
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    ann = shop.register()
    order = shop.order(ann)
    body = shop.payment(ann, order)
    paid = shop.post("payments", "/api/payments", body, ann.token, x_request_id="abc", traceparent=traceparent)
    assert paid.headers["x-request-id"] == "abc"
    for kind in ("payment_completed", "order_confirmed", "user_verified"):
        event = shop.heard(kind, order["id"], ann.id)
        assert (event["correlation-id"], event["traceparent"]) == ("abc", traceparent)


def test_an_order_whose_payment_failed_can_be_paid_again(shop: Shop, witness: Witness) -> None:
    ann = shop.register()
    order = shop.order(ann)
    failed = shop.pay(ann, order, "4000000000000341")
    assert (failed["status"], failed["errorCode"]) == ("failed", "INSUFFICIENT_FUNDS")
    event = shop.heard("payment_failed", failed["id"])
    assert witness.event(event.pop("stream"), event)["data"]["reason"] == "Insufficient funds"
    assert shop.read_order(order)["status"] == "pending"
    assert shop.pay(ann, order)["status"] == "completed"
    paid = shop.get("payments", f"/api/payments/user/{ann.id}?limit=1", ann.token).json()
    assert (paid["total"], paid["payments"][0]["status"]) == (2, "completed")
    assert shop.metric("payments", 'payments_processed_total{status="failed"}') >= 1
    assert 0 < shop.metric("payments", "payment_success_rate") < 1


def test_a_payment_without_a_card_succeeds_and_one_card_stays_processing(shop: Shop) -> None:
    ann = shop.register()
    method = shop.ask_to_pay(ann, shop.order(ann), paymentMethod={"type": "paypal"}).json()["paymentMethod"]
    assert method == {"type": "paypal"}
    stuck = shop.ask_to_pay(ann, shop.order(ann), "4000000000000259").json()
    shop.pay(ann, shop.order(ann))  # one that was started later has its outcome
    assert shop.get("payments", f"/api/payments/{stuck['id']}", ann.token).json()["status"] == "processing"


def test_the_mailed_token_verifies_once(shop: Shop, mailbox: Path) -> None:
    ann = shop.register()
    mails = [json.loads(line) for line in mailbox.read_text().splitlines()]
    (token,) = [mail["verification_token"] for mail in mails if mail["to"] == ann.email]
    path, body = f"/api/users/{ann.id}/verify", {"verification_token": token}
    assert shop.post("users", path, body, ann.token).json()["is_verified"] is True
    assert shop.post("users", path, body, ann.token).json()["code"] == "USER_003"
    told = shop.get("users", f"/api/users/{ann.id}/events", ann.token).json()["events"]
    assert [event["event_type"] for event in told] == ["user_created", "user_verified"]
    assert told[1]["id"] == shop.heard("user_verified", ann.id)["ce-id"]


def test_an_update_keeps_what_it_does_not_name(shop: Shop) -> None:
    ann = shop.register(phone="+1234567890")
    path = f"/api/users/{ann.id}"
    shop.send("users", "PUT", path, {"profile": {"bio": "Reads", "city": "Boston"}}, ann.token)
    changed = shop.send("users", "PUT", path, {"first_name": "Jo", "profile": {"bio": "Writes"}}, ann.token).json()
    assert changed == shop.get("users", path, ann.token).json()
    assert (changed["first_name"], changed["last_name"], changed["phone"]) == ("Jo", "Lee", "+1234567890")
    assert changed["profile"] == {"bio": "Writes", "city": "Boston"}


def test_a_list_is_partitioned_by_its_pages(shop: Shop) -> None:
    ann, bob = shop.register(), shop.register()
    shop.order(bob)
    placed = [shop.order(ann)["id"] for _ in range(5)][::-1]
    path = f"/api/orders/user/{ann.id}"
    pages = [shop.get("orders", f"{path}?limit=2&offset={offset}", ann.token).json() for offset in (0, 2, 4, 6)]
    assert [order["id"] for page in pages for order in page["orders"]] == placed
    assert {page["total"] for page in pages} == {5}
    shop.post("orders", f"/api/orders/{placed[0]}/cancel", token=ann.token)
    cancelled = shop.get("orders", f"{path}?status=cancelled", ann.token).json()
    assert ([order["id"] for order in cancelled["orders"]], cancelled["total"]) == (placed[:1], 1)


def test_a_repeated_request_is_answered_as_before(shop: Shop) -> None:
    ann = shop.register()
    first = shop.ask_to_order(ann, idempotency_key="k")
    again = shop.ask_to_order(ann, idempotency_key="k")
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    assert shop.get("orders", f"/api/orders/user/{ann.id}", ann.token).json()["total"] == 1
    assert shop.ask_to_order(shop.register(), idempotency_key="k").json()["id"] != first.json()["id"]


def test_every_service_says_how_it_is(shop: Shop) -> None:
    for service in shop.reference.urls:
        assert shop.get(service, "/health").json()["status"] == "healthy"
        assert shop.get(service, "/ready").json()["status"] == "ready"
        assert (
            shop.metric(service, f'http_requests_total{{method="GET",operation="{service}.ready",status="200"}}') >= 1
        )


def test_secrets_are_in_no_event_and_no_metric(shop: Shop) -> None:
    ann = shop.register()
    order = shop.order(ann)
    shop.pay(ann, order)
    shop.heard("order_confirmed", order["id"])
    told = str(shop.events(ann.id, order["id"])) + "".join(
        shop.get(each, "/metrics").text for each in shop.reference.urls
    )
    for secret in (PASSWORD, CVV, GOOD_CARD):
        assert secret not in told
