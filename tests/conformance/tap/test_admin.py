"""The tap on a mock's log."""

from collections.abc import Callable

import httpx
import pytest

from commerce_conformance.tap import tap
from commerce_conformance.unreachable import UnreachableError
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings
from harness.inside import Inside
from harness.platform import contract

URL = "http://localhost:3999"
CONFIRMED = {"order_id": "order-1", "data": {"confirmed_at": "2023-01-01T00:00:00Z"}}


@pytest.fixture
def mock() -> Inside:
    return Inside(Engine(contract(), Settings(), load_scenario("empty")), "admin")


@pytest.fixture
def emit(mock: Inside) -> Callable[[str], None]:
    def emit(cause: str) -> None:
        with httpx.Client(transport=mock, base_url=URL) as client:
            event = {"type": "order_confirmed", "correlation_id": cause, "payload": CONFIRMED}
            client.post("/__admin/events/emit", json=event).raise_for_status()

    return emit


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/__admin/events"])
def test_what_the_log_has_from_now_on_is_heard(mock: Inside, emit: Callable[[str], None], url: str) -> None:
    emit("before")
    listening = tap(url, contract(), mock)
    listening.start()
    assert listening.events() == []
    emit("r-1")
    (heard,) = listening.events()
    assert (heard.type, heard.channel, heard.payload) == (
        "order_confirmed", "order_events", {"event_type": "order_confirmed", **CONFIRMED}
    )  # fmt: skip
    assert heard.headers.keys() >= {"ce-id", "ce-source", "ce-type", "ce-time", "ce-specversion", "correlation-id"}
    assert (heard.headers["correlation-id"], heard.headers["ce-specversion"]) == ("r-1", "1.0")
    assert "channel" not in heard.headers
    listening.close()


def test_more_than_a_page_is_heard_in_order(mock: Inside, emit: Callable[[str], None]) -> None:
    listening = tap(URL, contract(), mock)
    listening.start()
    for number in range(230):
        emit(str(number))
    assert [heard.headers["correlation-id"] for heard in listening.events()] == [str(n) for n in range(230)]
    listening.close()


@pytest.mark.parametrize(
    "answered", [httpx.Response(404), httpx.Response(200, text="hello"), httpx.Response(200, json=[])]
)
def test_what_is_no_mock_is_said(answered: httpx.Response) -> None:
    listening = tap(URL, contract(), httpx.MockTransport(lambda _: answered))
    with pytest.raises(UnreachableError, match="http://localhost:3999 gives no log of events"):
        listening.start()
    listening.close()


def test_what_is_published_while_pages_are_read_is_heard_once() -> None:
    log = [{"type": "order_confirmed", "channel": "order_events", "payload": {"order_id": str(n)}} for n in range(250)]
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limit, offset = (int(request.url.params.get(name, 0)) for name in ("limit", "offset"))
        if limit == 1:
            return httpx.Response(200, json={"events": [], "total": 0})
        asked.append(offset)
        if offset:
            log.extend([{**log[0], "payload": {"order_id": f"late-{n}"}} for n in range(150 if len(asked) == 2 else 1)])
        newest = log[::-1]
        return httpx.Response(200, json={"events": newest[offset : offset + limit], "total": len(log)})

    listening = tap(URL, contract(), httpx.MockTransport(answer))
    listening.start()
    first = [heard.says("order_id") for heard in listening.events()]
    assert first == [str(n) for n in range(250)]
    assert all(str(heard.says("order_id")).startswith("late-") for heard in listening.events(250))
    listening.close()
