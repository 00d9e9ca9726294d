"""The law of declared answers: it passes on the mock, and finds every status, type and body that none declares."""

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import auth, documented
from harness.conforming import findings, rewriting, told


def broken(answer: httpx.Response) -> set[str]:
    """What the law says when an order that is read is answered so."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        read = request.method == "GET" and request.url.path.startswith("/api/orders/order-")
        return answer if read and answered.is_success else None

    return told(documented.LAW, "orders.get", auth.LAW, wrapped=rewriting(rewrite), services=frozenset({"orders"}))


def test_the_mock_answers_what_is_declared() -> None:
    found = [finding for finding in findings(auth.LAW, documented.LAW) if finding.law == "documented"]
    assert {finding.verdict for finding in found} == {Verdict.PASSED}


def test_what_nobody_asked_is_no_pass() -> None:
    assert {finding.verdict for finding in findings(documented.LAW)} == {Verdict.UNREACHABLE}


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(202, json={}), "an answer has a status that the operation declares"),
        (httpx.Response(200, text="{}"), "a 200 is application/json"),
        (httpx.Response(200, content=b"{}"), "a 200 is application/json"),
        (httpx.Response(200, headers=JSON, content=b"<html>"), "a 200 is JSON"),
        (httpx.Response(200, headers=JSON, content=b'{"id": 3}'), "a 200 is as its schema says"),
        (httpx.Response(200, headers=JSON, content=b"[]"), "a 200 is as its schema says"),
    ],
    ids=["status", "media type", "no media type", "no JSON", "a wrong type", "no object"],
)
def test_an_answer_that_none_declares_is_found(answer: httpx.Response, message: str) -> None:
    assert message in broken(answer)


def test_the_same_fault_is_told_once() -> None:
    assert broken(httpx.Response(202, json={})) == {"an answer has a status that the operation declares"}
