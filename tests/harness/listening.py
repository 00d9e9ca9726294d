"""The conformance suite on a mock in the same process whose events it hears: as they are, or as a test breaks them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import orjson
import pytest

from commerce_conformance import hearing
from commerce_conformance.law import Finding, Law
from commerce_conformance.runner import Suite
from commerce_contract import Contract
from commerce_mock.call import Rule
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from harness.conforming import Rewriting, settings
from harness.inside import inside
from harness.platform import contract as platform_contract

EVENTS = "http://localhost:3999"
Document = dict[str, Any]
Publish = Callable[[Document], list[Document]]


def listening(  # noqa: PLR0913 - all that a test may break
    *laws: Law,
    rules: Mapping[str, Rule] | None = None,
    published: Publish | None = None,
    refused: str | None = None,
    wrapped: Callable[[httpx.BaseTransport], httpx.BaseTransport] | None = None,
    contract: Contract | None = None,
    read: Callable[[Contract], Contract] = lambda whole: whole,
    **changes: Any,
) -> Sequence[Finding]:
    """What laws find.

    `published` says what becomes of each event, `wrapped` stands between suite and services, `refused` is the code of
    requests that are told all the same. `read` is the suite's own reading of the contract that the mock keeps.
    """
    contract = contract or platform_contract()
    engine = Engine(contract, MockSettings(payment_delay=0.02), load_scenario("empty"), rules)
    transports = dict(inside(engine))
    admin = transports.pop("admin")
    if wrapped is not None:
        transports = {name: wrapped(transport) for name, transport in transports.items()}
    if refused is not None:
        transports = {name: telling(transport, admin, refused) for name, transport in transports.items()}
    transports["admin"] = admin if published is None else publishing(admin, published)
    known = {"verification_code": lambda said: mailed(admin, said)}
    told = {"events": EVENTS, "hooks": known, "patience": 0.5, **changes}
    made = Suite(read(contract), settings(contract, **told), transports, laws)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hearing, "QUIET", 0.02)  # in one process nothing is under way for longer
        try:
            return made.run().findings
        finally:
            made.close()


def publishing(admin: httpx.BaseTransport, published: Publish) -> httpx.BaseTransport:
    """A mock's log in which each event is what `published` makes of it, in the order in which that returns them."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if not request.url.path.endswith("/events"):
            return None
        log: list[Document] = []
        with httpx.Client(transport=admin, base_url=EVENTS) as client:
            while len(log) < answered.json()["total"]:
                log += client.get("/__admin/events", params={"limit": 100, "offset": len(log)}).json()["events"]
        told = [event for one in log for event in published(one)[::-1]]
        limit, offset = (int(request.url.params.get(name, 0)) for name in ("limit", "offset"))
        page = {"events": told[offset : offset + limit], "total": len(told)}
        return httpx.Response(200, content=orjson.dumps(page))

    return Rewriting(admin, rewrite)


def telling(inner: httpx.BaseTransport, admin: httpx.BaseTransport, code: str) -> httpx.BaseTransport:
    """A service that tells of an order also where it refuses a request with that code."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> None:
        asked = orjson.loads(request.content or b"{}")
        if code.encode() in answered.content and "items" in asked:
            data = {"total_amount": 1, "items": asked["items"], "created_at": "2023-01-01T00:00:00Z"}
            payload = {"order_id": "order-0", "user_id": asked["userId"], "data": data}
            event = {"type": "order_created", "correlation_id": request.headers["x-request-id"], "payload": payload}
            with httpx.Client(transport=admin, base_url=EVENTS) as client:
                client.post("/__admin/events/emit", json=event).raise_for_status()

    return Rewriting(inner, rewrite)


def mailed(admin: httpx.BaseTransport, known: Mapping[str, str]) -> str:
    """The code that the mock wrote to a user."""
    query = {"user_id": known["user_id"], "event_type": "user_created"}
    with httpx.Client(transport=admin, base_url=EVENTS) as client:
        text = client.get("/__admin/inbox", params=query).text
    found = re.search(r"token is (\w+)", text)
    assert found is not None, text
    return found[1]


def messages(found: Sequence[Finding]) -> list[str]:
    """What failed, in words; a fault of the suite itself is none of the service."""
    assert [finding.fault for finding in found if finding.fault] == []
    return [failure.message for finding in found for failure in finding.failures]
