import socket
from typing import Any

import httpcore
import pytest

from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk.transports import _deadline
from commerce_sdk.transports._deadline import Deadlines, timeouts
from sdk.carriers import CARRIERS, get
from sdk.wire import nobody, serving


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every host's addresses are; none is an unknown host."""
    known: list[str] = []

    def look_up(_: str, port: int, **__: Any) -> list[Any]:
        if not known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known]

    monkeypatch.setattr(_deadline, "getaddrinfo", look_up)
    return known


def test_a_host_that_nobody_knows_was_surely_not_sent_to(addresses: list[str]) -> None:
    assert addresses == []
    with pytest.raises(ConnectionFailedError) as caught:
        CARRIERS["httpx"].one(get("http://orders.test/"))
    assert not caught.value.sent
    assert "cannot connect to http://orders.test: Name or service not known" in str(caught.value)


def test_each_address_of_a_host_is_tried(addresses: list[str]) -> None:
    addresses.extend(["127.0.0.2", "127.0.0.1"])  # the server listens on the second only
    with serving() as wire:
        assert CARRIERS["httpx"].one(get(f"http://orders.test:{wire.port}/")).body == b"ok"


def test_the_last_address_that_refuses_is_the_reason(addresses: list[str]) -> None:
    addresses.extend(["127.0.0.2", "127.0.0.1"])
    with pytest.raises(ConnectionFailedError, match="Connection refused"):
        CARRIERS["httpx"].one(get(f"http://orders.test:{nobody()}/"))


def test_no_time_is_left_for_a_connection_after_the_deadline() -> None:
    with serving() as wire, pytest.raises(httpcore.ConnectTimeout):
        Deadlines().connect_tcp("127.0.0.1", wire.port, timeout=0.0)  # long ago, on the monotonic clock


def test_a_request_without_a_timeout_has_no_deadlines() -> None:
    assert timeouts(None) == {}
