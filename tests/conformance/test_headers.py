"""The law of headers: it passes on the mock, and finds those that are missing, malformed, or somebody else's."""

from collections.abc import Callable

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import headers, storage
from harness.conforming import findings, rewriting, told

Change = Callable[[httpx.Request, httpx.Response], None]


def broken(change: Change, operation: str = "orders.create") -> set[str]:
    def rewrite(request: httpx.Request, answered: httpx.Response) -> None:
        change(request, answered)

    return told(headers.LAW, operation, storage.LAW, wrapped=rewriting(rewrite))


def test_the_mock_sends_what_is_declared() -> None:
    found = [each for each in findings(storage.LAW, headers.LAW) if each.law == "headers"]
    assert {finding.verdict for finding in found} == {Verdict.PASSED}


def without(name: str) -> Change:
    def change(_: httpx.Request, answered: httpx.Response) -> None:
        answered.headers.pop(name, None)

    return change


def put(name: str, value: str, *, unless: str = "no such header") -> Change:
    def change(request: httpx.Request, answered: httpx.Response) -> None:
        if (name in answered.headers or name.startswith(("access", "vary", "retry"))) and unless not in request.headers:
            answered.headers[name] = value

    return change


def at_503(name: str, value: str | None) -> Change:
    def change(request: httpx.Request, answered: httpx.Response) -> None:
        if request.url.path == "/api/orders":
            answered.status_code = 503
            answered.headers.update({name: value} if value else {})

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("location"), "a 201 has the headers that are declared for it"),
        (without("www-authenticate"), "a 401 has the headers that are declared for it"),
        (without("x-request-id"), "a 422 has the headers that are declared for it"),
        (put("location", "a place with spaces"), "`Location` is as its schema says"),
        (put("location", ""), "`Location` is not empty"),
        (put("www-authenticate", "please"), "`WWW-Authenticate` names the scheme of a bearer token"),
        (put("x-request-id", "mine"), "`X-Request-Id` of a request comes back"),
        (put("x-request-id", "mine", unless="x-request-id"), "a request id that the service makes is one request's"),
        (at_503("x-odd", None), "a 503 has the headers that are declared for it"),
        (at_503("retry-after", "soon"), "`Retry-After` is as its schema says"),
        (at_503("retry-after", "-1"), "`Retry-After` is as its schema says"),
    ],
)
def test_a_header_that_is_not_as_declared_is_found(change: Change, message: str) -> None:
    assert message in broken(change)


def test_the_same_fault_is_told_once() -> None:
    def rewrite(_: httpx.Request, answered: httpx.Response) -> None:
        answered.headers.pop("location", None)

    found = findings(storage.LAW, headers.LAW, wrapped=rewriting(rewrite))
    failures = [f.message for finding in found if finding.key == "headers[orders.create]" for f in finding.failures]
    assert failures == ["a 201 has the headers that are declared for it"]


ALLOW = "access-control-allow-origin"
READ = "a page of another origin can read either all answers of an operation or none"
ASK = "a page that may read an operation's answers may also ask for it"


def silent_refusals(_: httpx.Request, answered: httpx.Response) -> None:
    if answered.status_code == 401:
        answered.headers.pop(ALLOW, None)


def credentials_for_all(_: httpx.Request, answered: httpx.Response) -> None:
    answered.headers["access-control-allow-credentials"] = "true"


def no_preflight(request: httpx.Request, answered: httpx.Response) -> None:
    if request.method == "OPTIONS":
        answered.status_code = 405


def reading_only(request: httpx.Request, answered: httpx.Response) -> None:
    if request.method == "OPTIONS":
        answered.headers["access-control-allow-methods"] = "GET"


def reflecting(request: httpx.Request, answered: httpx.Response) -> None:
    answered.headers[ALLOW] = request.headers.get("origin", "*")


def reflecting_well(request: httpx.Request, answered: httpx.Response) -> None:
    reflecting(request, answered)
    answered.headers["vary"] = "Origin"


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (silent_refusals, {READ}),
        (put(ALLOW, "https://other.example"), {"the origin that is let in is the one that asks"}),
        (credentials_for_all, {"not every origin may use the credentials of a browser"}),
        (reflecting, {"an answer that depends on the origin says so"}),
        (reflecting_well, set()),
        (no_preflight, {ASK}),
        (reading_only, {ASK}),
        (without(ALLOW), set()),
    ],
)
def test_cors_that_is_not_whole_is_found(change: Change, messages: set[str]) -> None:
    assert broken(change) == messages
