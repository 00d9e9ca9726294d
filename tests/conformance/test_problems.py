"""The law of refusals: it passes on the mock, and finds each way to tell one wrongly."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import auth, problems
from harness.conforming import findings, rewriting

JSON = "application/problem+json"


def messages(changes: Mapping[str, Any], media_type: str = JSON, status: int | None = None) -> set[str]:
    """What the law says when every 401 of an order is rewritten: members replaced, or left out where None."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if answered.status_code != 401 or not request.url.path.startswith("/api/orders/order-"):
            return None
        told = {name: value for name, value in {**answered.json(), **changes}.items() if value is not None}
        body = json.dumps(told).encode()
        return httpx.Response(status or 401, headers={"content-type": media_type}, content=body)

    found = findings(auth.LAW, problems.LAW, wrapped=rewriting(rewrite), services=frozenset({"orders"}))
    return {f.message for finding in found if finding.key == "problems[orders.get]" for f in finding.failures}


def test_the_mock_tells_every_refusal_as_a_problem() -> None:
    found = findings(auth.LAW, problems.LAW)
    assert {finding.verdict for finding in found if finding.law == "problems"} == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": None}, "a 401 says what a problem says"),
        ({"status": 400}, "a problem's `status` is the answer's"),
        ({"instance": "/elsewhere"}, "a problem's `instance` is the path that was asked for"),
        ({"code": "ORDER_004"}, "a 401 has a code that the operation declares for it"),
        ({"type": "about:blank"}, "a problem UNAUTHORIZED has its type"),
    ],
    ids=["title", "status", "instance", "code", "type"],
)
def test_a_problem_that_says_something_wrong_is_found(changes: Mapping[str, Any], told: str) -> None:
    assert told in messages(changes)


def test_a_problem_of_another_media_type_is_found() -> None:
    assert messages({}, "application/json") == {"a 401 is a problem document"}


def test_a_problem_that_is_no_object_is_found() -> None:
    def rewrite(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return (
            httpx.Response(401, headers={"content-type": JSON}, content=b"[]") if answered.status_code == 401 else None
        )

    found = findings(auth.LAW, problems.LAW, wrapped=rewriting(rewrite), services=frozenset({"orders"}))
    assert "a 401 is a JSON object" in {f.message for finding in found for f in finding.failures}


@pytest.mark.parametrize("errors", [None, [], [3], [{"pointer": "/a"}]])
def test_a_validation_error_that_says_not_where_is_found(errors: Any) -> None:
    wrong = {"code": "VALIDATION_ERROR", "status": 422, "errors": errors}
    assert "a validation error says where" in messages(wrong, status=422)


def test_a_failure_that_nobody_declared_is_found() -> None:
    assert "no request makes the service fail" in messages({"status": 502}, status=502)
