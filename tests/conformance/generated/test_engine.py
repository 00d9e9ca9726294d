"""Schemathesis on the mock over HTTP: nothing is found where nothing is wrong, and a fault is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.generated import generate
from commerce_conformance.identity import Identities
from commerce_conformance.law import Finding, Verdict
from commerce_conformance.profiles import PROFILES
from commerce_conformance.runner import Suite
from commerce_conformance.session import Session
from commerce_conformance.settings import Settings
from commerce_conformance.supply import Supply
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from harness.answering import answering
from harness.conforming import Transport, rewriting, settings
from harness.inside import inside
from harness.platform import contract

FAILED = Verdict.FAILED


@contextmanager
def told(wrapped: Transport | None = None, **changes: Any) -> Iterator[Settings]:
    """A new mock over HTTP, and settings for one small run on it."""
    engine = Engine(contract(), MockSettings(payment_delay=0.02), load_scenario("empty"))
    transports = {name: wrapped(each) if wrapped else each for name, each in inside(engine).items()}
    services = ("users", "orders", "payments", "notifications")
    with answering({name: transports[name] for name in services}) as urls:
        yield settings(**{"urls": urls, "examples": 2, **changes})


def generated(settings: Settings) -> tuple[Sequence[Finding], Sequence[Exchange]]:
    """What is found, and every exchange of it."""
    session = Session(contract(), settings)
    try:
        supply = Supply(session, Identities(settings.credentials), settings, "gen")
        return list(generate(session, supply, settings)), session.seen
    finally:
        session.close()


def failed(wrapped: Transport, service: str, **changes: Any) -> Mapping[str, Finding]:
    """What is found on a mock with a fault, by `law[operation]`."""
    with told(wrapped, services=frozenset({service}), **changes) as given:
        findings, _ = generated(given)
    return {finding.key: finding for finding in findings if finding.verdict is FAILED}


def outline(seen: Sequence[Exchange]) -> list[tuple[str, str | None, int]]:
    """A run without its identifiers, in the order in which it was sent: what is generated is told of a little later."""
    ordered = sorted(seen, key=lambda each: each.started)
    return [(each.method, each.operation.name if each.operation else None, each.status) for each in ordered]


def test_the_mock_passes_every_check_on_every_operation_twice_in_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = []
    for _ in range(2):
        with told(services=frozenset({"orders"})) as given:
            runs.append(generated(given))
    for findings, seen in runs:
        assert {finding.key: finding for finding in findings if finding.verdict is not Verdict.PASSED} == {}
        operations = {o.name for o in contract().operations.values() if o.service == "orders"}
        assert {f.operation for f in findings if f.law == "schemathesis.reached"} == operations
        succeeded = {each.operation.name for each in seen if each.operation and each.ok}
        assert operations <= succeeded
    assert outline(runs[0][1]) == outline(runs[1][1])
    assert list(tmp_path.iterdir()) == []


def test_another_seed_makes_other_requests() -> None:
    outlines = []
    for seed in (1, 2):
        with told(services=frozenset({"payments"}), seed=seed) as given:
            findings, seen = generated(given)
        assert [finding.key for finding in findings if finding.verdict is not Verdict.PASSED] == []
        outlines.append([each.sent for each in seen])
    assert outlines[0] != outlines[1]


def test_what_is_broken_is_found_with_the_request_that_shows_it() -> None:
    def broken(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if not answered.content.startswith(b"{"):
            return None
        value, path, status = answered.json(), request.url.path, answered.status_code
        if request.method == "GET" and path.startswith("/api/orders/order-") and status == 200:
            value["totalAmount"] = "much"
        elif path.endswith("/cancel") and status == 200:
            value["status"] = "lost"
        elif request.method == "PUT" and status == 422:
            value["code"] = "ORDER_404"
        headers = [(name, text) for name, text in answered.headers.multi_items() if name != "content-length"]
        return httpx.Response(status, headers=headers, json=value)

    found = failed(rewriting(broken), "orders")
    (failure,) = found["schemathesis.response_schema_conformance[orders.get]"].failures
    assert failure.location == contract().operations["orders.get"].responses[200].location
    assert '"much" is not of type "number"' in failure.expected
    shown = failure.exchanges[-1]
    assert (shown.method, shown.status, shown.operation) == ("GET", 200, contract().operations["orders.get"])
    assert "Bearer ey" not in shown.curl()
    (failure,) = found["schemathesis.declared_state[orders.cancel]"].failures
    assert (failure.message, failure.got) == ("an order is in a state of its lifecycle", "'lost'")
    (failure,) = found["schemathesis.problem_document[orders.set_status]"].failures
    assert failure.got == "'ORDER_404'"
    assert {finding.operation for finding in found.values()} == {"orders.get", "orders.cancel", "orders.set_status"}


def test_a_router_that_answers_404_for_a_wrong_method_passes_by_its_profile_only() -> None:
    def routed(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(404, text="404 page not found") if answered.status_code == 405 else None

    strict = failed(rewriting(routed), "notifications")
    assert {finding.law for finding in strict.values()} == {"schemathesis.unsupported_method"}
    assert failed(rewriting(routed), "notifications", profile=PROFILES["gin"]) == {}


def test_a_service_that_does_not_answer_is_not_reachable_and_no_failure() -> None:
    with told() as given:
        pass  # its servers are gone
    findings, seen = generated(given)
    assert {finding.verdict for finding in findings} == {Verdict.UNREACHABLE}
    assert all(finding.missing for finding in findings)
    assert seen == []


def test_the_laws_that_close_a_run_judge_what_was_generated() -> None:
    with told(services=frozenset({"notifications"})) as given:
        suite = Suite(contract(), given, generate=generate)
        try:
            run = suite.run()
        finally:
            suite.close()
    order = [finding.law.startswith("schemathesis.") for finding in run.findings]
    assert True in order
    assert order[-1] is False
    assert run.conforms
