"""Binding ports: what is free, what is taken, and what a person is told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from commerce_mock.http.listening import CannotListenError, close, is_loopback, listen


@contextmanager
def taken(host: str = "127.0.0.1") -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server((host, 0)) as other:
        yield other.getsockname()[1]


def refused(host: str, ports: dict[str | None, int]) -> str:
    with pytest.raises(CannotListenError) as error:
        listen(host, ports)
    return str(error.value)


def test_port_0_takes_a_free_one_for_each_service() -> None:
    listeners = listen("127.0.0.1", {"users": 0, "orders": 0, None: 0})
    try:
        assert [listener.service for listener in listeners] == ["users", "orders", None]
        assert len({listener.port for listener in listeners}) == 3
        for listener in listeners:
            assert listener.url == f"http://127.0.0.1:{listener.port}"
            socket.create_connection(("127.0.0.1", listener.port)).close()
    finally:
        close(listeners)


def test_a_taken_port_is_named_with_its_service_and_the_way_out() -> None:
    with taken() as port:
        other = port + 100 if port + 100 < 65536 else 0
        said = refused("127.0.0.1", {"orders": port})
        assert said == f"port {port} of orders is taken: choose another with --port orders={other}"


def test_a_taken_gateway_port_names_its_own_flag() -> None:
    with taken() as port:
        assert f"port {port} of the gateway is taken: choose another with --gateway " in refused(
            "127.0.0.1", {None: port}
        )


def test_one_port_for_two_services_is_refused_before_anything_is_bound() -> None:
    said = refused("127.0.0.1", {"users": 3999, "orders": 3999})
    assert said == "port 3999 of orders is that of users too: choose another with --port orders=4099"


def test_what_was_bound_before_a_failure_is_let_go() -> None:
    (free,) = listen("127.0.0.1", {"users": 0})
    close([free])
    with taken() as port:
        refused("127.0.0.1", {"users": free.port, "orders": port})
    close(listen("127.0.0.1", {"users": free.port}))


def test_a_host_that_is_not_here_is_refused() -> None:
    assert refused("192.0.2.1", {"orders": 0}) == (
        "cannot listen on '192.0.2.1': this machine has no such address; give one, such as --host 127.0.0.1"
    )


@pytest.mark.parametrize("host", ["", "no such host", "a" * 300])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    assert refused(host, {"orders": 0}).startswith(f"cannot listen on {host!r} (")


def test_a_port_that_only_root_may_have_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(_self: socket.socket, _address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", deny)
    said = refused("127.0.0.1", {"orders": 80})
    assert said == (
        "port 80 of orders needs privileges that this user does not have: choose another with --port orders=180"
    )


def test_any_other_failure_is_told_in_the_words_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: socket.socket, _address: object) -> None:
        raise OSError(105, "No buffer space available")

    monkeypatch.setattr(socket.socket, "bind", fail)
    said = refused("127.0.0.1", {None: 80})
    assert said == "cannot listen on '127.0.0.1', port 80 of the gateway: No buffer space available"


def test_a_name_of_several_addresses_is_bound_on_all_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.2")]
    monkeypatch.setattr("commerce_mock.http.listening.addresses", lambda _: both)
    (listener,) = listen("somewhere", {"orders": 0})
    try:
        assert [bound.getsockname() for bound in listener.sockets] == [
            ("127.0.0.1", listener.port),
            ("127.0.0.2", listener.port),
        ]
    finally:
        close([listener])


def test_a_failure_on_a_second_address_lets_the_first_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with taken("127.0.0.2") as port:
        both = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.2")]
        monkeypatch.setattr("commerce_mock.http.listening.addresses", lambda _: both)
        assert "is taken" in refused("somewhere", {"orders": port})
        monkeypatch.undo()
        close(listen("127.0.0.1", {"orders": port}))


def test_a_mock_on_all_addresses_is_reached_on_this_machine() -> None:
    (listener,) = listen("0.0.0.0", {"orders": 0})  # noqa: S104 - what the test is about
    try:
        assert listener.url == f"http://127.0.0.1:{listener.port}"
    finally:
        close([listener])


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_written_in_brackets() -> None:
    (listener,) = listen("::1", {"orders": 0})
    try:
        assert listener.url == f"http://[::1]:{listener.port}"
    finally:
        close([listener])


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("127.9.9.9", True), ("0.0.0.0", False)],  # noqa: S104 - what the test is about
)
def test_only_what_stays_on_this_machine_is_loopback(host: str, loopback: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    assert is_loopback(host) is loopback
