"""Cross-origin requests: what a browser is told."""

import pytest

from commerce_mock.http.cors import ANSWER, is_preflight, preflight
from commerce_mock.wire import Request

ASKED = {b"origin": b"http://frontend.test", b"access-control-request-method": b"POST"}


def test_a_preflight_is_an_options_request_with_an_origin_and_a_method() -> None:
    assert is_preflight(Request("OPTIONS", "/api/orders", headers=ASKED))


@pytest.mark.parametrize("missing", sorted(ASKED))
def test_an_options_request_without_its_marks_is_no_preflight(missing: bytes) -> None:
    headers = {name: value for name, value in ASKED.items() if name != missing}
    assert not is_preflight(Request("OPTIONS", "/api/orders", headers=headers))


def test_a_post_is_no_preflight() -> None:
    assert not is_preflight(Request("POST", "/api/orders", headers=ASKED))


def test_a_preflight_allows_the_methods_of_the_path_and_the_headers_that_are_asked_for() -> None:
    request = Request("OPTIONS", "/x", headers={**ASKED, b"access-control-request-headers": b"authorization, x-own"})
    answer = dict(preflight(request, ["GET", "PUT"]))
    assert answer[b"access-control-allow-methods"] == b"GET, PUT"
    assert answer[b"access-control-allow-headers"] == b"authorization, x-own"
    assert answer[b"access-control-max-age"] == b"600"
    assert answer[b"vary"] == b"Access-Control-Request-Headers"


def test_a_preflight_that_asks_for_no_headers_is_told_those_that_the_contract_uses() -> None:
    answer = dict(preflight(Request("OPTIONS", "/x", headers=ASKED), ["POST"]))
    allowed = answer[b"access-control-allow-headers"].split(b", ")
    assert {b"Authorization", b"Content-Type", b"Idempotency-Key", b"X-Request-Id"} <= set(allowed)


def test_every_answer_is_for_any_origin_and_all_its_headers_may_be_read() -> None:
    assert dict(ANSWER) == {b"access-control-allow-origin": b"*", b"access-control-expose-headers": b"*"}
