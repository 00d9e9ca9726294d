"""What goes wrong on real sockets: what a client sees of each fault, and ports that refuse."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import httpx
import pytest

from harness.server import GATEWAY, Served, served


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def client(mock: Served) -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as made:
        made.post(f"{mock.urls['admin']}/__admin/reset").raise_for_status()
        yield made


def health(mock: Served, client: httpx.Client, *, service: str = "orders", **more: Any) -> httpx.Response:
    return client.get(f"{mock.urls[service]}/health", **more)


def fault(mock: Served, client: httpx.Client, **said: Any) -> None:
    client.post(f"{mock.urls['admin']}/__admin/faults", json=said).raise_for_status()


@pytest.mark.parametrize("word", ["reset", "reset-after"])
def test_a_reset_is_one_of_tcp(mock: Served, client: httpx.Client, word: str) -> None:
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        health(mock, client, headers={"X-Mock-Fault": word})
    assert health(mock, client).status_code == 200


def test_what_was_done_before_the_reset_stays_done(mock: Served, client: httpx.Client) -> None:
    fault(mock, client, fault="reset", operation="users.create", after_commit=True, times=1)
    person = {"email": "ann@example.com", "username": "ann", "password": "correct-horse-9"}
    body = {**person, "first_name": "Ann", "last_name": "Lee"}
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        client.post(f"{mock.urls['users']}/api/users", json=body)
    again = client.post(f"{mock.urls['users']}/api/users", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "USER_001")


def test_a_body_is_cut_or_no_json(mock: Served, client: httpx.Client) -> None:
    fault(mock, client, fault="truncate", times=1)
    fault(mock, client, fault="malformed", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        health(mock, client)
    with pytest.raises(ValueError, match="Expecting"):
        health(mock, client).json()


def test_a_timeout_is_the_clients_and_the_connection_is_given_up(mock: Served, client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        health(mock, client, headers={"X-Mock-Fault": "timeout"}, timeout=0.1)
    assert health(mock, client).status_code == 200


def test_an_answer_is_late_and_others_are_served_meanwhile(mock: Served, client: httpx.Client) -> None:
    began = monotonic()
    with ThreadPoolExecutor() as pool:
        late = pool.submit(health, mock, client, headers={"Prefer": "wait=0.4, code=503"})
        assert health(mock, client).status_code == 200
        assert not late.done()
        answered = late.result(5)
    assert monotonic() - began >= 0.4
    assert (answered.status_code, answered.headers["preference-applied"]) == (503, "code=503, wait=0.4")


def test_a_slow_body_is_whole_in_the_end(mock: Served, client: httpx.Client) -> None:
    fault(mock, client, fault="slow", bytes_per_second=500)
    began = monotonic()
    answered = health(mock, client)
    assert answered.json()["status"] == "healthy"
    assert monotonic() - began >= len(answered.content) / 500 * 0.9


def test_answers_on_one_connection_keep_their_order(mock: Served) -> None:
    head = "GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: %s\r\n%s\r\n"
    asked = (
        (head % ("one", "Prefer: wait=0.1\r\n")) + (head % ("two", "")) + (head % ("three", "Connection: close\r\n"))
    )
    with socket.create_connection(("127.0.0.1", mock.port("orders")), 5) as connection:
        connection.sendall(asked.encode())
        told = b"".join(iter(lambda: connection.recv(65536), b"")).lower()
    assert told.index(b"x-request-id: one") < told.index(b"x-request-id: two") < told.index(b"x-request-id: three")
    assert told.count(b"http/1.1 200 ok") == 3


def test_a_client_that_asks_before_it_sends_is_struck_too(mock: Served) -> None:
    head = b"POST /api/users HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", mock.port("users")), 5) as connection:
        connection.sendall(head + b"Content-Length: 2\r\nX-Mock-Fault: reset\r\n\r\n")
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        with pytest.raises(ConnectionResetError):
            connection.recv(1024)


def switch(mock: Served, client: httpx.Client, way: str = "admin", **body: Any) -> httpx.Response:
    return client.put(f"{mock.urls[way]}/__admin/services/orders", json=body)


@pytest.mark.parametrize("way", ["admin", "orders"])
def test_a_port_refuses_until_its_service_is_up(mock: Served, client: httpx.Client, way: str) -> None:
    assert health(mock, client).status_code == 200  # there is a connection that is kept
    down = switch(mock, client, way, up=False, mode="refuse")
    assert (down.status_code, down.json()["mode"]) == (200, "refuse")
    with pytest.raises(httpx.ConnectError, match="refused"):
        health(mock, client)
    assert health(mock, client, service="users").status_code == 200
    assert client.get(f"{mock.urls[GATEWAY]}/orders/ready").status_code == 503
    switch(mock, client, up=True).raise_for_status()
    assert health(mock, client).status_code == 200
    assert client.get(f"{mock.urls[GATEWAY]}/orders/ready").status_code == 200


def test_a_reset_opens_all_ports(mock: Served, client: httpx.Client) -> None:
    for _ in range(3):
        switch(mock, client, up=False, mode="refuse")
        with pytest.raises(httpx.ConnectError):
            health(mock, client)
        client.post(f"{mock.urls['admin']}/__admin/reset").raise_for_status()
        assert health(mock, client).status_code == 200


def test_a_port_that_somebody_else_has_taken_is_told(mock: Served, client: httpx.Client) -> None:
    switch(mock, client, up=False, mode="refuse")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", mock.port("orders")))
        other.listen()
        refused = switch(mock, client, up=True)
        assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
        assert f"The port {mock.port('orders')} of orders is taken meanwhile" in refused.json()["detail"]
    switch(mock, client, up=True).raise_for_status()
    assert health(mock, client).status_code == 200


def test_in_another_world_connections_are_taken_and_reset(mock: Served, client: httpx.Client) -> None:
    client.headers["x-mock-world"] = "elsewhere"
    switch(mock, client, up=False, mode="refuse").raise_for_status()
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        health(mock, client)
    client.headers["x-mock-world"] = "default"
    assert health(mock, client).status_code == 200


def test_a_mock_with_ports_shut_and_answers_under_way_still_ends_at_once() -> None:
    with ThreadPoolExecutor() as pool:
        with served() as mock, httpx.Client(timeout=30) as client:
            switch(mock, client, up=False, mode="refuse").raise_for_status()
            hanging = pool.submit(health, mock, client, service="users", headers={"X-Mock-Fault": "timeout"})
            journal = f"{mock.urls['admin']}/__admin/requests"
            while "users.health" not in client.get(journal).text:
                assert not hanging.done()
        with pytest.raises(httpx.TransportError):
            hanging.result(5)
