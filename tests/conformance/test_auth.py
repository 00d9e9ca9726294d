"""The law of callers: it passes on the mock, and finds each way to believe or to refuse too much."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import auth
from commerce_conformance.settings import Credentials
from commerce_mock import derived
from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting, suite

Believe = Callable[[str], str]


class Believing(httpx.BaseTransport):
    """Gives a service other tokens than those that came, as if it believed them."""

    def __init__(self, inner: httpx.BaseTransport, believe: Believe) -> None:
        self._inner = inner
        self._believe = believe

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["authorization"] = self._believe(request.headers.get("authorization", ""))
        return self._inner.handle_request(request)


def signed(**claims: Any) -> str:
    return "Bearer " + jwt.encode({"exp": 4_000_000_000, **claims}, DEVELOPMENT_SECRET, "HS256")


def anybody(header: str) -> str:
    return header or signed(sub="somebody", role="admin")


def without_a_signature(header: str) -> str:
    try:
        claims = jwt.decode(header.removeprefix("Bearer "), options={"verify_signature": False, "verify_exp": True})
    except jwt.PyJWTError:
        return header
    return signed(sub=claims["sub"], role=claims["role"])


def for_ever(header: str) -> str:
    try:
        claims = jwt.decode(
            header.removeprefix("Bearer "), DEVELOPMENT_SECRET, ["HS256"], options={"verify_exp": False}
        )
    except jwt.PyJWTError:
        return header
    return signed(sub=claims["sub"], role=claims["role"])


def every_scheme(header: str) -> str:
    return header.replace("Basic ", "Bearer ")


def everybody_the_admin(header: str) -> str:
    try:
        jwt.decode(header.removeprefix("Bearer "), DEVELOPMENT_SECRET, ["HS256"])
    except jwt.PyJWTError:
        return header
    return signed(sub="somebody", role="admin")


def no_roles(header: str) -> str:
    try:
        claims = jwt.decode(header.removeprefix("Bearer "), DEVELOPMENT_SECRET, ["HS256"])
    except jwt.PyJWTError:
        return header
    return signed(sub=claims["sub"], role="customer")


def test_the_mock_believes_whom_it_should() -> None:
    found = findings(auth.LAW)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert len(found) == len({finding.operation for finding in found}) > 20


@pytest.mark.parametrize(
    ("believe", "told"),
    [
        (anybody, "orders.get is not for nobody"),
        (without_a_signature, "orders.get is not for user 1, wrongly signed"),
        (for_ever, "orders.get is not for user 1, expired"),
        (every_scheme, "orders.get is not for a token of another scheme"),
        (everybody_the_admin, "what one user owns is not another's to see or to change"),
        (no_roles, "orders.get is for role service"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_believes_too_much_or_too_little_is_found(believe: Believe, told: str) -> None:
    found = findings(auth.LAW, wrapped=lambda inner: Believing(inner, believe), services=frozenset({"orders"}))
    failures = [f.message for finding in found if finding.operation == "orders.get" for f in finding.failures]
    assert told in [re.sub(r"user \d+", "user 1", message) for message in failures]


def test_a_refusal_that_moves_all_the_same_is_found() -> None:
    def cancels_first(tx: Transaction, call: Call) -> Stored:
        stored = tx.get("orders", call.path["order_id"])
        assert stored is not None
        if call.caller.owns(stored.owner):
            return derived.move(tx, call)
        refusal = Problem("FORBIDDEN")

        def cancel(after: Transaction) -> None:
            after.save(stored, {"status": "cancelled"})

        refusal.aftermath = cancel
        raise refusal

    found = findings(auth.LAW, rules={"orders.cancel": cancels_first})
    assert [f.message for finding in found for f in finding.failures] == ["who may not call changes nothing"]


def test_an_open_operation_that_asks_for_a_token_is_found() -> None:
    def asks(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        closed = request.url.path in {"/health", "/api/users"} and not request.headers.get("authorization")
        return httpx.Response(401) if closed else None

    found = findings(auth.LAW, wrapped=rewriting(asks))
    broken = {finding.operation for finding in found if finding.verdict is Verdict.FAILED}
    assert "users.health" in broken
    assert "users.create" in broken


def test_without_a_secret_what_cannot_be_tried_is_told() -> None:
    made = suite()
    token = str(made.supply.user().header).removeprefix("Bearer ")
    found = findings(auth.LAW, credentials=Credentials(token=token), services=frozenset({"users"}))
    missing = {reason for finding in found for reason, _ in finding.missing}
    assert any("expired" in reason for reason in missing)
    assert Verdict.PASSED not in {finding.verdict for finding in found if finding.operation == "users.get"}
