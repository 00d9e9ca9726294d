"""The law of dependencies: it passes on the mock, and finds each way to take an outage wrongly."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce_conformance import outage
from commerce_conformance.law import Verdict
from commerce_conformance.laws import dependencies
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Hook
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import load
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from harness.answering import answering
from harness.conforming import settings
from harness.inside import inside
from harness.outages import Change, answers, messages, of, outages
from harness.platform import contract

FIFTH = Path(__file__).parents[1] / "fifth_service" / "contract"


def test_the_mock_takes_each_outage_as_documented() -> None:
    found = outages()
    assert {each.key: each.verdict for each in found} == {
        "dependencies[orders.health]": Verdict.PASSED,
        "dependencies[payments.health]": Verdict.PASSED,
    }
    assert all(each.requests > 10 for each in found)


def test_the_mock_takes_them_over_http_too() -> None:
    engine = Engine(contract(), MockSettings(), load_scenario("empty"))
    with answering(inside(engine)) as urls:
        place = f"{urls['admin']}/__admin"
        waits = f"curl -fsS -H content-type:application/json -d '{{\"seconds\": 30}}' {place}/clock/advance"
        up = f"curl -fsS -X PUT -H content-type:application/json -d '{{\"up\": true}}' {place}/services/{{service}}"
        hooks = {
            "outage": Hook(url=f"{place}/services/{{service}}", method="PUT", body='{"up": false}'),
            "recovery": Hook(command=f"{up} && {waits}"),
        }
        served = {name: url for name, url in urls.items() if name != "admin"}
        made = Suite(contract(), settings(urls=served, hooks=hooks), laws=[dependencies.LAW])
        found = made.run().findings
        made.close()
    assert {each.verdict for each in found} == {Verdict.PASSED}


@pytest.mark.parametrize("there", ["", "outage", "recovery"])
def test_without_both_hooks_nothing_is_taken_down(there: str) -> None:
    found = outages(hooks=lambda hooks: {name: hook for name, hook in hooks.items() if name == there})
    assert {each.verdict for each in found} == {Verdict.UNREACHABLE}
    ((reason, hook),) = found[1].missing
    assert reason == "how payments does while users or orders is down cannot be seen"
    assert {f"[hooks.{name}]" for name in ("outage", "recovery")} - {f"[hooks.{there}]"} == set(
        re.findall(r"\[\S+\]", hook)
    )


def test_what_is_not_well_before_is_left_alone() -> None:
    found = outages(answers("/health", lambda told: told, down=False, status=503))
    assert {each.verdict for each in found} == {Verdict.UNREACHABLE}
    assert found[0].missing[0][0] == "users is not taken down: orders.health answers 503 before anything is taken down"


def test_a_hook_that_fails_is_no_failure_of_the_service() -> None:
    def fails(_: Mapping[str, str]) -> str:
        raise UnreachableError("the platform has no such command")

    found = outages(hooks=lambda hooks: {**hooks, "outage": fails})
    assert {each.verdict for each in found} == {Verdict.UNREACHABLE}
    assert found[0].missing[0][0].endswith("did not end: the platform has no such command")


def words(**changes: str) -> Callable[[Any], Any]:
    """A health whose table of dependencies says something else."""
    return lambda told: {**told, "dependencies": {**told["dependencies"], **changes}}


@pytest.mark.parametrize(
    ("change", "message", "got"),
    [
        (
            answers("/health", lambda told: told, status=200),
            "orders.health says that users is down, which orders needs",
            "200",
        ),
        (
            of("orders", answers("/health", words(users="healthy"))),
            "orders.health says that users is down, which orders needs",
            "users: healthy",
        ),
        (
            of("payments", answers("/health", words(users="unhealthy", orders="unhealthy"))),
            "payments.health says of users that it is as before",
            "unhealthy",
        ),
        (
            of("orders", answers("/health", lambda told: {**told, "status": "healthy"})),
            "a 503 says in `status` what a 503 says",
            "healthy",
        ),
        (
            of("orders", answers("/ready", lambda told: {**told, "status": "not_ready"})),
            "a 200 says in `status` what a 200 says",
            "not_ready",
        ),
        (
            of("orders", answers("/ready", lambda told: told, status=418)),
            "orders.ready: an answer has a status that the operation declares",
            "418",
        ),
        (
            answers("/api/orders", lambda told: told, status=500),
            "orders.create says that it cannot be done while users is down",
            "500 SERVICE_UNAVAILABLE",
        ),
        (
            answers("/api/payments", lambda told: {**told, "code": "CONFLICT"}),
            "payments.create says that it cannot be done while users is down",
            "503 CONFLICT",
        ),
        (
            answers("/api/circuit-breaker/status", lambda told: {**told, "order_service": told["user_service"]}),
            "order_service counts the calls that fail in a row",
            "0",
        ),
        (
            answers("/api/circuit-breaker/status", lambda _: {}),
            "payments.circuit_breaker shows the breaker user_service",
            "200",
        ),
    ],
)
def test_an_outage_that_is_not_told_is_found(change: Change, message: str, got: str) -> None:
    found = messages(outages(change))
    assert message in found
    assert found[message] == got


def test_a_refusal_that_does_not_say_when_to_ask_again_is_found() -> None:
    def silent(_request: httpx.Request, answered: httpx.Response, _down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        headers = {name: value for name, value in answered.headers.items() if name != "retry-after"}
        return httpx.Response(answered.status_code, headers=headers, content=answered.content)

    found = messages(outages(silent))
    told = "a 503 has the headers that are declared for it"
    assert {f"orders.health: {told}", f"orders.create: {told}", f"payments.create: {told}"} <= found.keys()


@pytest.mark.parametrize(
    ("path", "change", "status", "message"),
    [
        ("/health", lambda told: told, 503, "orders.health says that users is up again"),
        ("/ready", lambda told: told, 503, "payments.ready is well once orders is up again"),
        ("/api/payments", lambda told: told, 503, "payments.create can be done again once users is up"),
        ("/api/orders", lambda told: told, 409, "orders.create can be done again once users is up"),
    ],
)
def test_a_recovery_that_is_none_is_found(
    path: str, change: Callable[[Any], Any], status: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "LONGEST", 0.05)
    was_down: list[bool] = []

    def after(request: httpx.Request, answered: httpx.Response, down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        was_down.append(down)
        wrong = answers(path, change, down=False, status=status)
        return wrong(request, answered, down) if any(was_down) else None

    found = messages(outages(after))
    assert message in found


def test_what_is_done_although_it_was_refused_is_found() -> None:
    """The service answers that it cannot, and places the order all the same."""

    def twice(request: httpx.Request, answered: httpx.Response, down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        if "/api/orders/user/" in request.url.path and not down:
            told = answered.json()
            return httpx.Response(200, json={**told, "total": told["total"] * 2})
        return None

    assert messages(outages(twice))["what orders.create refused while users was down was not done all the same"] == "2"


def test_a_service_that_forgot_what_it_had_is_asked_for_something_new() -> None:
    """What was readied is gone once the service is up again: a restart of one that keeps things in memory."""
    gone: set[bytes] = set()

    def forgets(request: httpx.Request, _: httpx.Response, down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        if request.method != "POST" or request.url.path != "/api/payments":
            return None
        if down:
            gone.add(request.content)
        problem = {"type": "about:blank", "title": "Gone", "status": 422, "detail": "Gone.", "code": "ORDER_003"}
        return httpx.Response(422, json=problem) if not down and request.content in gone else None

    assert messages(outages(forgets)) == {}


def test_what_cannot_be_asked_for_anew_is_not_reached() -> None:
    def breaks(request: httpx.Request, _: httpx.Response, down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        was_down.append(down)
        after = any(was_down) and not down and request.method == "POST"
        return httpx.Response(wrong[request.url.path]) if after and request.url.path in wrong else None

    wrong = {"/api/payments": 422, "/api/orders": 500}
    was_down: list[bool] = []
    found = outages(breaks, services=frozenset({"payments"}))
    told = "payments.create is not asked for again: orders.create did not make an order: 500"
    assert told in {reason for each in found for reason, _ in each.missing}


def test_where_nobody_tells_how_often_it_was_done_nobody_is_asked() -> None:
    def silent(request: httpx.Request, _: httpx.Response, _down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        return httpx.Response(500) if "/user/" in request.url.path else None

    assert {each.verdict for each in outages(silent)} == {Verdict.PASSED}


def test_a_contract_whose_services_need_no_other_has_nothing_to_take_down() -> None:
    assert [each.name for each in dependencies.LAW.applies(load(FIFTH))] == []
