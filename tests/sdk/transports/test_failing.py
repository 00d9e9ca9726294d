"""How every transport tells what went wrong, and whether the service may have got the request."""

import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import anyio
import pytest

from commerce_sdk._errors import (
    BadResponseError,
    CommerceError,
    ConnectionFailedError,
    InvalidRequestError,
    RequestTimeoutError,
    TransportError,
)
from commerce_sdk._transport import AsyncHttpxTransport
from sdk.carriers import CARRIERS, Carrier, every_transport, get, post
from sdk.wire import HANGS_UP, SILENCE, Says, answer, deaf, nobody, serving, unread

CANARY = "canary-3f9a"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
LONG_HEAD = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500
SHORT_CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"


def failed(call: Callable[[], object]) -> TransportError:
    """What it raises; nothing of a library stays with it."""
    with pytest.raises(TransportError) as caught:
        call()
    assert caught.value.__context__ is None
    assert caught.value.operation in {"orders.get", "orders.create"}
    return caught.value


@every_transport
def test_a_refused_connection_was_surely_not_sent(carrier: Carrier) -> None:
    port = nobody()
    failure = failed(lambda: carrier.one(get(f"http://127.0.0.1:{port}/x?token={CANARY}")))
    assert type(failure) is ConnectionFailedError
    assert not failure.sent
    assert f"orders.get: cannot connect to http://127.0.0.1:{port}" in str(failure)
    assert "refused" in str(failure)
    assert "Is the service running there?" in str(failure)
    assert CANARY not in str(failure)


@every_transport
@pytest.mark.parametrize(
    "said",
    [HANGS_UP, Says(SHORT, hangs_up=True), Says(SHORT_CHUNK, hangs_up=True), Says(b"HTTP/1.1 200 O", hangs_up=True)],
    ids=["before an answer", "in the body", "in a chunk", "in the head"],
)
def test_a_connection_that_ends_early_may_have_sent_it(carrier: Carrier, said: Says) -> None:
    with serving(said) as wire:
        failure = failed(lambda: carrier.one(post(wire.url + "/")))
    assert type(failure) is ConnectionFailedError
    assert failure.sent
    assert f"the connection to {wire.url} broke before the answer was whole" in str(failure)


@every_transport
def test_what_is_not_http_is_a_bad_response_and_is_not_repeated(carrier: Carrier) -> None:
    with serving(Says(f"{CANARY} is no status line\r\n\r\n".encode(), hangs_up=True)) as wire:
        failure = failed(lambda: carrier.one(get(wire.url + "/")))
    assert type(failure) is BadResponseError
    assert failure.sent
    assert str(failure) == f"orders.get: what {wire.url} answered is not HTTP"


@every_transport
@pytest.mark.parametrize(
    "said",
    [
        SILENCE,
        Says(SHORT),
        replace(answer(b"x" * 500), drips=True),
        Says(LONG_HEAD, drips=True),
    ],
    ids=["no answer", "half a body", "a dripping body", "a dripping head"],
)
def test_a_timeout_bounds_the_whole_attempt(carrier: Carrier, said: Says) -> None:
    with serving(said) as wire:
        began = monotonic()
        failure = failed(lambda: carrier.one(get(wire.url + "/", timeout=0.15)))
        took = monotonic() - began
    assert type(failure) is RequestTimeoutError
    assert failure.sent
    assert isinstance(failure, TimeoutError)
    assert 0.14 <= took < 1.0, "500 bytes drip for five seconds"
    assert str(failure) == f"orders.get: no whole answer from {wire.url} in time"


# aiohttp goes on sending after the timeout, as long as the program runs and the connection stands.
@pytest.mark.parametrize("carrier", [carrier for name, carrier in CARRIERS.items() if name != "aiohttp"])
def test_a_large_body_that_nobody_reads_keeps_to_the_timeout(carrier: Carrier) -> None:
    with unread() as url:
        failure = failed(lambda: carrier.one(post(url, b"x" * 30_000_000, timeout=0.2)))
    assert type(failure) is RequestTimeoutError
    assert failure.sent


@every_transport
def test_a_timeout_while_connecting_sent_nothing(carrier: Carrier) -> None:
    with deaf() as port:
        failure = failed(lambda: carrier.one(get(f"http://127.0.0.1:{port}/", timeout=0.1)))
    assert type(failure) is RequestTimeoutError
    assert failure.sent is not carrier.tells_connecting
    if carrier.tells_connecting:
        assert str(failure) == f"orders.get: no connection to http://127.0.0.1:{port} in time"


@every_transport
@pytest.mark.parametrize("timeout", [0.0, -1.0])
def test_no_time_at_all_is_a_timeout(carrier: Carrier, timeout: float) -> None:
    with serving(SILENCE) as wire:
        failure = failed(lambda: carrier.one(get(wire.url + "/", timeout=timeout)))
    assert type(failure) is RequestTimeoutError


@every_transport
def test_without_a_timeout_it_waits(carrier: Carrier) -> None:
    with serving(answer(b"late")) as wire:
        assert carrier.one(get(wire.url + "/", timeout=None)).body == b"late"


@every_transport
def test_a_failed_request_does_not_spoil_the_next(carrier: Carrier) -> None:
    with serving(Says(SHORT), answer(b"whole")) as wire:
        first, second = carrier.attempts(get(wire.url + "/", timeout=0.1), get(wire.url + "/"))
    assert isinstance(first, RequestTimeoutError)
    assert not isinstance(second, CommerceError)
    assert second.body == b"whole"
    assert [heard.connection for heard in wire.heard] == [1, 2]


@every_transport
def test_errors_survive_pickling(carrier: Carrier) -> None:
    port = nobody()
    failure = failed(lambda: carrier.one(get(f"http://127.0.0.1:{port}/")))
    copy = pickle.loads(pickle.dumps(failure))  # noqa: S301 - it was pickled on this line
    assert (type(copy), str(copy), copy.sent) == (type(failure), str(failure), failure.sent)


@every_transport
def test_closing_twice_is_fine_and_use_after_it_is_refused(carrier: Carrier) -> None:
    with serving() as wire, pytest.raises(InvalidRequestError) as caught:
        carrier.after_closing(get(wire.url + "/"))
    assert str(caught.value) == "orders.get: the transport is closed; make a new client."


@every_transport
@pytest.mark.parametrize(
    "said",
    [
        answer(CANARY.encode(), f"X-Echo: {CANARY}", f"Set-Cookie: {CANARY}"),
        Says(f"HTTP/1.1 200 OK\r\n{CANARY}\r\n\r\n".encode(), hangs_up=True),
        Says(f"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{CANARY}".encode(), hangs_up=True),
        HANGS_UP,
    ],
    ids=["an echo", "a bad header", "a short body", "a hang-up"],
)
def test_secrets_appear_in_no_log_and_no_error(carrier: Carrier, said: Says, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(said) as wire:
        asked = f"{wire.url}/x?token={CANARY}"
        outcomes = carrier.attempts(get(asked, Authorization=CANARY), get(asked, Authorization=f"{CANARY}\n"))
    failures = [outcome for outcome in outcomes if isinstance(outcome, CommerceError)]
    assert failures, "the second cannot be sent, and must not be shown for it"
    for failure in failures:
        shown = "".join(traceback.format_exception(failure)) + repr(failure) + repr(failure.__dict__)
        assert CANARY not in shown
    assert CANARY not in caplog.text
    assert wire.heard[0].headers["authorization"] == CANARY, "the secret did travel"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_request_leaves_the_transport_usable(backend: str) -> None:
    async def main(url: str) -> list[bytes]:
        transport = AsyncHttpxTransport(max_connections=1)
        with anyio.move_on_after(0.05) as scope:
            await transport.send(get(url))
        assert scope.cancelled_caught
        answered = await transport.send(get(url))
        await transport.aclose()
        return [answered.body]

    with serving(SILENCE, answer(b"later")) as wire:
        assert anyio.run(main, wire.url + "/", backend=backend) == [b"later"]


def test_the_suite_knows_every_transport() -> None:
    assert {carrier.make.__name__ for carrier in CARRIERS.values()} == {
        "AiohttpTransport",
        "AsyncHttpxTransport",
        "AsyncPyreqwestTransport",
        "HttpxTransport",
        "PyreqwestTransport",
    }
