"""The law of hostile requests: the mock survives all of them, and each way to fall is found."""

from collections.abc import Callable

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import documented, problems, robustness
from harness.conforming import findings, rewriting
from harness.platform import contract

SERVED = {s.name: f"http://localhost:{s.port}" for s in contract().services.values() if s.name != "admin"}
Break = Callable[[httpx.Request, httpx.Response], httpx.Response | None]


def told(broken: Break, operation: str = "orders.create") -> dict[str, str]:
    services = frozenset({operation.partition(".")[0]})
    found = findings(robustness.LAW, wrapped=rewriting(broken), urls=SERVED, services=services)
    assert [finding.fault for finding in found if finding.fault] == []
    return {f.message: f.got for finding in found if finding.operation == operation for f in finding.failures}


def test_the_mock_answers_every_request() -> None:
    found = findings(robustness.LAW, documented.LAW, problems.LAW, urls=SERVED)
    assert [finding.key for finding in found if finding.verdict is Verdict.FAILED] == []
    assert {finding.verdict for finding in found if finding.law == "robustness"} == {Verdict.PASSED}
    assert min(finding.requests for finding in found if finding.law == "robustness") > 15


def test_a_service_that_fails_by_a_nul_is_found() -> None:
    def fails(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(500) if b"\\u0000" in request.content else None

    assert told(fails) == {
        "no request makes a service fail": "500 for a body with a NUL as a key, 500 for a NUL in /userId, "
        "500 for signs of all scripts in /userId, 500 for a NUL in /items/0/productId, "
        "500 for signs of all scripts in /items/0/productId"
    }


def test_many_failures_are_one() -> None:
    def fails(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        here = request.url.port == contract().services["orders"].port
        return httpx.Response(503) if here and (request.content or request.url.query) else None

    found = told(fails)
    assert list(found) == ["no request makes a service fail"]
    assert found["no request makes a service fail"].endswith(" more")


def test_a_service_that_falls_silent_is_found() -> None:
    def silent(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        if len(request.url.query) > 2000:
            raise httpx.ReadError("gone")
        return None

    assert told(silent) == {"every request is answered": "ReadError for a query of 4000 letters"}


def test_a_service_that_takes_what_is_no_json_is_found() -> None:
    def takes(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(201, json={"id": "order-1"}) if request.content == b"hello" else answered

    assert told(takes) == {"what is no JSON is refused": "201 for a word as a body"}


def test_a_service_that_calls_what_is_no_json_invalid_is_found() -> None:
    def invalid(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(422) if request.content == b"{} {}" else answered

    assert told(invalid) == {"what is no JSON is a bad request": "422 for a body with a second value behind"}


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last):",
        "goroutine 7 [running]:",
        "Error: x\n    at handler (/srv/app.js:10:5)",
        'File "/srv/app.py", line 3',
    ],
)
def test_a_stack_trace_is_found(text: str) -> None:
    def tells(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(400, content=text.encode()) if request.content == b"hello" else None

    assert told(tells) == {"no answer tells of a service's insides": "400 for a word as a body"}


class Cancelling(httpx.BaseTransport):
    """Takes HEAD for what the path stands for otherwise."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.method = "POST" if request.method == "HEAD" else request.method
        return self._inner.handle_request(request)


def test_a_head_that_does_what_a_post_does_is_found() -> None:
    found = findings(robustness.LAW, wrapped=Cancelling, urls=SERVED, services=frozenset({"orders"}))
    cancel = next(finding for finding in found if finding.operation == "orders.cancel")
    assert [failure.message for failure in cancel.failures] == ["HEAD and OPTIONS change nothing"]


def test_a_service_that_is_ill_afterwards_is_found() -> None:
    deep: list[bytes] = []

    def ill(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        if request.content.startswith(b"[[["):
            deep.append(request.content)
        return httpx.Response(503) if deep and request.url.path == "/health" else None

    found = told(ill)
    assert list(found) == ["a service is as healthy after such requests as before"]
    assert "'orders.health': 503" in found["a service is as healthy after such requests as before"]


def test_what_hostile_requests_made_is_noted() -> None:
    def makes(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(201, json=["no resource"]) if b"20000" in request.content else None

    assert told(makes) == {}
