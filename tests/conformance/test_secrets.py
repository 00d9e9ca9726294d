"""The law of secrets: it passes on the mock, and finds each place in which one may be shown."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.laws import auth, secrets, storage
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting
from harness.listening import EVENTS, listening, messages
from harness.platform import contract

SERVED = {s.name: f"http://localhost:{s.port}" for s in contract().services.values() if s.name != "admin"}
Show = Callable[[httpx.Request, httpx.Response], httpx.Response | None]


def told(found: Sequence[Finding], operation: str) -> set[tuple[str, str]]:
    assert [finding.fault for finding in found if finding.fault] == []
    return {(f.message, f.got) for finding in found if finding.operation == operation for f in finding.failures}


def shown(rewrite: Show, operation: str, *laws: Any) -> set[tuple[str, str]]:
    service = operation.partition(".")[0]
    found = findings(*laws, secrets.LAW, wrapped=rewriting(rewrite), urls=SERVED, services=frozenset({service}))
    return told([finding for finding in found if finding.law == "secrets"], operation)


def sent(request: httpx.Request) -> Any:
    try:
        body = json.loads(request.content or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def more(answered: httpx.Response, **members: Any) -> httpx.Response:
    headers = {name: value for name, value in answered.headers.items() if name != "content-length"}
    return httpx.Response(answered.status_code, headers=headers, json={**answered.json(), **members})


def test_the_mock_shows_no_secret_in_answers_or_events() -> None:
    found = listening(auth.LAW, secrets.LAW, urls=SERVED)
    mine = [finding for finding in found if finding.law == "secrets"]
    assert {finding.verdict for finding in mine} == {Verdict.PASSED}
    probed = {finding.operation for finding in mine if finding.requests}
    assert probed == {"users.create", "users.verify", "payments.create"}


def test_without_events_they_are_not_looked_at() -> None:
    found = {finding.operation: finding for finding in findings(secrets.LAW, urls=SERVED)}
    assert found["users.create"].missing == (
        ("whether events show what they should not", "say where they are published: --events URL"),
    )
    assert found["users.get"].verdict is Verdict.PASSED


def an_echo(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    return more(answered, password=sent(request)["password"]) if answered.status_code == 201 else None


def a_complaint(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    if answered.status_code == 422 and isinstance(sent(request).get("password"), str):
        return more(answered, detail=f"{sent(request)['password']} is not allowed")
    return None


def the_bytes(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    return more(answered, detail=f"no JSON: {request.content!r}") if answered.status_code == 400 else None


def a_header(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    if answered.status_code == 409:
        answered.headers["x-debug"] = base64.b64encode(str(sent(request)["password"]).encode()).decode()
    return None


def a_hash(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    read = request.method == "GET" and request.url.path.startswith("/api/users/") and answered.status_code == 200
    return more(answered, passwordHash="$2b$12$abc") if read else None


@pytest.mark.parametrize(
    ("show", "got"),
    [
        (an_echo, "users.create shows it as it was sent"),
        (a_complaint, "users.create shows it as it was sent"),
        (the_bytes, "users.create shows it as it was sent"),
        (a_header, "users.create shows it in base64"),
        (a_hash, "users.get shows it as the property `passwordHash`"),
    ],
)
def test_a_password_that_is_shown_is_found(show: Show, got: str) -> None:
    assert shown(show, "users.create") == {("`password` is shown nowhere", got)}


class Remembering:
    """Shows somewhere else what it was sent before."""

    def __init__(self, show: Callable[[str], str], path: str) -> None:
        self.kept = ""
        self._show, self._path = show, path

    def __call__(self, request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        method = sent(request).get("paymentMethod")
        if isinstance(method, dict) and isinstance(method.get("cardNumber"), str) and answered.status_code == 201:
            self.kept = method["cardNumber"]
        elsewhere = request.url.port != contract().services["payments"].port or request.method != "GET"
        if elsewhere or not request.url.path.startswith(self._path) or not self.kept:
            return None
        return httpx.Response(200, content=answered.content + self._show(self.kept).encode())


@pytest.mark.parametrize(
    ("show", "path", "got"),
    [
        (
            lambda card: f'# "{card[:6]}******{card[-4:]}"',
            "/metrics",
            "payments.metrics shows it with 10 of its digits",
        ),
        (lambda card: card, "/health", "payments.health shows it as it was sent"),
        (lambda card: card, "/api/payments/user/", "payments.list_for_user shows it as it was sent"),
        (lambda card: card, "/api/payments/pay", "payments.get shows it as it was sent"),
    ],
)
def test_a_card_that_is_shown_later_is_found(show: Callable[[str], str], path: str, got: str) -> None:
    assert shown(Remembering(show, path), "payments.create") == {("`cardNumber` is shown nowhere", got)}


def test_the_last_four_digits_of_a_card_may_be_shown() -> None:
    assert shown(Remembering(lambda card: f' "**** {card[-4:]}"', "/health"), "payments.create") == set()


def test_a_short_secret_is_found_where_it_was_sent() -> None:
    def echoes(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        method = sent(request).get("paymentMethod")
        return more(answered, check=method["cvv"]) if answered.status_code == 201 and method else None

    assert ("`cvv` is shown nowhere", "payments.create shows it as it was sent") in shown(echoes, "payments.create")


def test_a_secret_of_another_law_is_found_too() -> None:
    found = shown(an_echo, "users.create", storage.LAW)
    assert found == {("`password` is shown nowhere", "users.create shows it as it was sent")}


def test_a_token_that_comes_back_is_found() -> None:
    def echoes(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        answered.headers["x-caller"] = request.headers.get("authorization", "")
        return None

    found = shown(echoes, "orders.get", auth.LAW)
    assert found == {("the caller's token is shown nowhere", "orders.get shows it again")}


def test_an_event_with_a_password_is_found() -> None:
    kept: list[str] = []

    def remember(request: httpx.Request, answered: httpx.Response) -> None:
        if answered.status_code == 201 and "password" in sent(request):
            kept.append(sent(request)["password"])

    def publish(event: dict[str, Any]) -> list[dict[str, Any]]:
        return [{**event, "payload": {**event["payload"], "note": kept[-1] if kept else ""}}]

    found = listening(secrets.LAW, published=publish, wrapped=rewriting(remember), urls=SERVED)
    assert told(found, "users.create") == {
        ("`password` is shown nowhere", "the event user_created shows it as it was sent")
    }


def test_where_no_event_comes_it_is_not_looked_at() -> None:
    found = listening(secrets.LAW, published=lambda _: [], urls=SERVED, services=frozenset({"users"}), patience=0.05)
    missing = {reason for finding in found for reason, _ in finding.missing}
    assert missing == {"users.create was followed by no event that might show something"}
    assert messages(found) == []


def test_a_service_that_takes_nothing_is_still_looked_at() -> None:
    def refuses(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("PAY_001")

    found = findings(secrets.LAW, rules={"payments.create": refuses}, urls=SERVED, events=EVENTS)
    assert told(found, "payments.create") == set()


def test_an_answer_that_is_a_list_or_no_json_is_looked_at() -> None:
    def lists(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        if request.method == "POST" and request.url.path == "/api/users":
            return httpx.Response(200, json=[{"deep": [{"hashed_password": "x"}]}] * 2)
        return httpx.Response(200, content=b"\xff{") if request.method == "GET" else None

    service = findings(secrets.LAW, wrapped=rewriting(lists), urls=SERVED, services=frozenset({"users"}))
    assert [finding.fault for finding in service if finding.fault] == []
