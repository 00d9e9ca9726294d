"""The whole checkout over real sockets: each service on its port, all of them behind the gateway."""

import re
from collections.abc import Iterator

import httpx
import pytest

from harness.server import GATEWAY, Served, served

PASSWORD = "correct-horse-9"
SERVICES = ("users", "orders", "payments", "notifications", "admin")


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def client(mock: Served) -> Iterator[httpx.Client]:
    with httpx.Client() as made:
        made.post(f"{mock.urls['admin']}/__admin/reset").raise_for_status()
        yield made


def _urls(mock: Served, way: str) -> dict[str, str]:
    """Where each service is reached, by its own port or through the gateway."""
    return mock.urls if way == "ports" else dict.fromkeys(SERVICES, mock.urls[GATEWAY])


def _register(client: httpx.Client, url: str, name: str = "ann") -> str:
    person = {"username": name, "password": PASSWORD, "first_name": "Ann", "last_name": "Lee"}
    answer = client.post(f"{url}/api/users", json={"email": f"{name}@example.com", **person})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/users/{answer.json()['id']}"
    user_id: str = answer.json()["id"]
    return user_id


@pytest.mark.parametrize("way", ["ports", "gateway"])
def test_a_checkout_goes_from_registration_to_a_confirmed_order(mock: Served, client: httpx.Client, way: str) -> None:
    urls = _urls(mock, way)
    user_id = _register(client, urls["users"])
    client.headers["authorization"] = f"Bearer {mock.token(user_id)}"
    inbox = f"{urls['admin']}/__admin/inbox"
    mail = client.get(inbox, params={"user_id": user_id}).json()["notifications"][0]
    found = re.search(r"token is (\w+)", mail["text"])
    assert found is not None
    verified = client.post(f"{urls['users']}/api/users/{user_id}/verify", json={"verification_token": found[1]})
    assert (verified.status_code, verified.json()["is_verified"]) == (200, True)
    items = [{"productId": "prod-1", "quantity": 3, "price": 33.33}]
    order = client.post(f"{urls['orders']}/api/orders", json={"userId": user_id, "items": items})
    assert (order.status_code, order.json()["status"]) == (201, "pending")
    assert b'"totalAmount":99.99' in order.content
    card = {"type": "credit_card", "cardNumber": "4111111111111111", "expiryMonth": "12", "expiryYear": "2025"}
    payment = client.post(
        f"{urls['payments']}/api/payments",
        json={
            "orderId": order.json()["id"],
            "userId": user_id,
            "amount": 99.99,
            "currency": "USD",
            "paymentMethod": {**card, "cvv": "123"},
        },
    )
    assert (payment.status_code, payment.json()["status"]) == (201, "processing")
    client.post(f"{urls['admin']}/__admin/clock/advance", json={"seconds": 1}).raise_for_status()
    paid = client.get(f"{urls['payments']}{payment.headers['location']}").json()
    confirmed = client.get(f"{urls['orders']}{order.headers['location']}").json()
    assert paid["status"] == "completed"
    assert (confirmed["status"], confirmed["paymentId"]) == ("confirmed", paid["id"])
    told = [entry["event_type"] for entry in client.get(inbox, params={"user_id": user_id}).json()["notifications"]]
    assert sorted(told) == sorted(
        ["user_created", "user_verified", "order_created", "payment_completed", "order_confirmed"]
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_healthy_on_its_own_port(mock: Served, client: httpx.Client, service: str) -> None:
    path = "/__admin/health" if service == "admin" else "/health"
    answer = client.get(mock.urls[service] + path)
    assert (answer.status_code, answer.json()["status"], answer.json()["service"]) == (200, "healthy", service)


def test_a_service_knows_only_its_own_operations_and_the_controls(mock: Served, client: httpx.Client) -> None:
    assert client.get(f"{mock.urls['users']}/api/orders/order-1").status_code == 404
    assert client.get(f"{mock.urls['users']}/__admin/events").status_code == 200
    assert client.get(f"{mock.urls['admin']}/api/orders/order-1").status_code == 404


def test_the_gateway_reaches_what_several_services_share_under_their_names(mock: Served, client: httpx.Client) -> None:
    for service in ("users", "orders", "payments", "notifications"):
        answer = client.get(f"{mock.urls[GATEWAY]}/{service}/health")
        assert (answer.status_code, answer.json()["service"]) == (200, service)
    assert client.get(f"{mock.urls[GATEWAY]}/health").status_code == 404


def test_one_connection_carries_many_requests(mock: Served, client: httpx.Client) -> None:
    network = {client.get(f"{mock.urls['orders']}/health").extensions["network_stream"] for _ in range(5)}
    refused = client.get(f"{mock.urls['orders']}/nope")
    assert refused.status_code == 404
    assert network == {refused.extensions["network_stream"]}


def test_head_answers_like_get_without_a_body(mock: Served, client: httpx.Client) -> None:
    url = f"{mock.urls['orders']}/health"
    head, get = client.head(url), client.get(url)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_what_is_not_there_has_the_status_and_no_body(mock: Served, client: httpx.Client) -> None:
    answer = client.head(f"{mock.urls['orders']}/nope")
    assert (answer.status_code, answer.content) == (404, b"")
    posted = client.head(f"{mock.urls['orders']}/api/orders")
    assert (posted.status_code, posted.headers["allow"]) == (405, "POST")


def test_options_tells_the_methods_of_a_path(mock: Served, client: httpx.Client) -> None:
    answer = client.options(f"{mock.urls['users']}/api/users/550e8400-e29b-41d4-a716-446655440001")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, PUT, OPTIONS")
    assert "content-length" not in answer.headers
    assert client.options(f"{mock.urls['users']}/nope").status_code == 404


def test_a_browser_on_any_origin_may_create_an_order(mock: Served, client: httpx.Client) -> None:
    asked = {
        "origin": "http://frontend.test:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
    }
    url = f"{mock.urls['orders']}/api/orders"
    preflight = client.options(url, headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key"} <= allowed
    answer = client.post(url, json={}, headers={"origin": asked["origin"]})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "*"


def test_a_key_sent_twice_creates_once_over_http(mock: Served, client: httpx.Client) -> None:
    user_id = _register(client, mock.urls["users"])
    headers = {"authorization": f"Bearer {mock.token(user_id)}", "idempotency-key": "k-1"}
    body = {"userId": user_id, "items": [{"productId": "p", "quantity": 1, "price": 0.1}]}
    url = f"{mock.urls['orders']}/api/orders"
    first, second = (client.post(url, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")


def test_a_request_id_and_a_trace_travel_from_the_request_to_its_event(mock: Served, client: httpx.Client) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    client.headers.update({"x-request-id": "my-id", "traceparent": trace})
    _register(client, mock.urls["users"])
    event = client.get(f"{mock.urls['admin']}/__admin/events").json()["events"][0]
    assert (event["correlation_id"], event["traceparent"]) == ("my-id", trace)


def test_the_journal_has_every_request_of_every_port(mock: Served, client: httpx.Client) -> None:
    client.get(f"{mock.urls['orders']}/nope?secret=1")
    client.get(f"{mock.urls[GATEWAY]}/payments/health")
    entries = client.get(f"{mock.urls['admin']}/__admin/requests").json()["requests"]
    assert [(entry["service"], entry["operation"], entry["path"]) for entry in entries[:2]] == [
        ("payments", "payments.health", "/payments/health"),
        ("orders", None, "/nope"),
    ]
