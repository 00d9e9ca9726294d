"""The law of validation: it passes on the mock, and finds each rule that is left out, mistold or kept too strictly."""

from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import validation
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import changing, findings, rewriting, told


def test_the_mock_refuses_what_breaks_a_rule_and_takes_what_is_at_its_bound() -> None:
    found = findings(validation.LAW)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert len({finding.operation for finding in found}) == 11


class Lenient(httpx.BaseTransport):
    """Takes a request as if what it has were right: one text in it is replaced before the service sees it."""

    def __init__(self, inner: httpx.BaseTransport, wrong: bytes, right: bytes) -> None:
        self._inner = inner
        self._wrong = wrong
        self._right = right

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read().replace(self._wrong, self._right)
        target = request.url.copy_with(raw_path=request.url.raw_path.replace(self._wrong, self._right))
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
        return self._inner.handle_request(httpx.Request(request.method, target, headers=headers, content=content))


@pytest.mark.parametrize(
    ("operation", "wrong", "right", "message"),
    [
        ("orders.create", b'"quantity":0', b'"quantity":1', "/items/0/quantity must be at least 1"),
        ("orders.create", b'"quantity":1000001', b'"quantity":1', "/items/0/quantity must be at most 1000000"),
        ("orders.create", b'"quantity":"1"', b'"quantity":1', "/items/0/quantity must be an integer"),
        ("orders.create", b"29.995", b"29.99", "/items/0/price must be a multiple of 0.01"),
        ("users.create", b'"username":""', b'"username":"x"', "/username must have at least 1 character"),
        ("users.create", b'nobody@"', b'nobody@example.com"', "/email must be a valid email"),
        ("users.update", b'"last_name":null', b'"last_name":"Doe"', "/last_name must be a string"),
        ("users.update", b"{}", b'{"last_name":"Doe"}', "the body must have at least 1 property"),
        ("payments.create", b'"noSuchValue"', b'"paypal"', "/paymentMethod/type must be credit_card"),
        ("payments.create", b"12\\n", b"12", "/paymentMethod/expiryMonth must match"),
        ("orders.list_for_user", b"limit=0", b"limit=1", "/query/limit must be at least 1"),
        ("orders.list_for_user", b"limit=101", b"limit=1", "/query/limit must be at most 100"),
        ("orders.list_for_user", b"limit=no1", b"limit=1", "/query/limit must be an integer"),
    ],
)
def test_a_rule_that_is_left_out_is_found(operation: str, wrong: bytes, right: bytes, message: str) -> None:
    broken = told(validation.LAW, operation, wrapped=lambda inner: Lenient(inner, wrong, right))
    assert any(each.startswith(message) and each.endswith("or the request is refused") for each in broken), broken


def test_a_refusal_with_another_code_than_the_propertys_is_found() -> None:
    wrapped = changing(lambda value, _: {**value, "code": "VALIDATION_ERROR"}, "POST", "/api/orders", 422)
    broken = told(validation.LAW, "orders.create", wrapped=wrapped)
    assert "/userId must be a valid uuid, or the request is refused" in broken
    assert "/items/0/price must be a number, or the request is refused" not in broken


def test_a_refusal_with_another_status_is_found() -> None:
    def bad(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(400, content=answered.content) if answered.status_code == 422 else None

    broken = told(validation.LAW, "users.get", wrapped=rewriting(bad))
    assert broken == {"/path/user_id must be a valid uuid, or the request is refused"}


@pytest.mark.parametrize("errors", [None, [], ["?"], [{"pointer": "/query", "message": "?"}]])
def test_a_refusal_that_points_elsewhere_is_found(errors: Any) -> None:
    wrapped = changing(lambda value, _: {**value, "errors": errors}, "GET", "/api/orders/user/", 422)
    broken = told(validation.LAW, "orders.list_for_user", wrapped=wrapped)
    assert "a refusal points at what is wrong: /query/limit must be at least 1" in broken


def test_what_is_refused_and_stored_all_the_same_is_found() -> None:
    """The service stores first, and then looks whether it should have."""

    class Hasty(httpx.BaseTransport):
        def __init__(self, inner: httpx.BaseTransport) -> None:
            self._inner = inner

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if b'"quantity":0' in request.read():
                content = request.content.replace(b'"quantity":0', b'"quantity":1')
                headers = [(n, v) for n, v in request.headers.raw if n.lower() != b"content-length"]
                self._inner.handle_request(httpx.Request("POST", request.url, headers=headers, content=content))
            return self._inner.handle_request(request)

    found = findings(validation.LAW, wrapped=Hasty, services=frozenset({"orders"}))
    failures = [f for finding in found for f in finding.failures]
    assert [f.message for f in failures] == ["what is refused is not stored"]
    assert b'"quantity":0' in failures[0].exchanges[0].sent


def test_an_update_that_is_refused_and_made_once_is_found() -> None:
    done: list[bytes] = []

    class Hasty(httpx.BaseTransport):
        def __init__(self, inner: httpx.BaseTransport) -> None:
            self._inner = inner

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT" and not done:
                done.append(request.read())
                headers = [(n, v) for n, v in request.headers.raw if n.lower() != b"content-length"]
                content = b'{"last_name": "Hasty"}'
                self._inner.handle_request(httpx.Request("PUT", request.url, headers=headers, content=content))
            return self._inner.handle_request(request)

    broken = told(validation.LAW, "users.update", wrapped=Hasty, services=frozenset({"users"}))
    assert broken == {"what is refused is not stored"}


def shorter(tx: Transaction, call: Call) -> Stored:
    if len(call.body["first_name"]) > 99:
        raise Problem("VALIDATION_ERROR")
    return derived.create(tx, call)


def in_bytes(tx: Transaction, call: Call) -> Stored:
    if len(call.body["first_name"].encode()) > 100:
        raise Problem("VALIDATION_ERROR")
    return derived.create(tx, call)


def longer(tx: Transaction, call: Call) -> Stored:
    if len(call.body["password"]) < 9:
        raise Problem("VALIDATION_ERROR")
    return derived.create(tx, call)


def cutting(tx: Transaction, call: Call) -> Stored:
    return derived.create(tx, call, {"first_name": call.body["first_name"][:50]})


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (shorter, "what is at its bound is taken"),
        (in_bytes, "what is at its bound is taken"),
        (longer, "what is at its bound is taken"),
        (cutting, "what is at its bound is kept whole"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bound_that_is_drawn_too_close_is_found(broken: Any, message: str) -> None:
    said = told(validation.LAW, "users.create", rules={"users.create": broken})
    assert any(each.startswith(message) for each in said), said


def test_a_parameter_that_is_refused_at_its_bound_is_found() -> None:
    def refuses(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(422) if request.url.params.get("limit") == "100" else None

    broken = told(validation.LAW, "payments.list_for_user", wrapped=rewriting(refuses))
    assert broken == {"100 is within the bounds of limit"}
