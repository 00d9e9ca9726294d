"""The law of problem codes: it passes on the mock, and finds those that say something else or never come."""

from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import LAWS, codes, lists
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Credentials
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.engine import Engine
from commerce_mock.problems import Problem
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import FAILING, changing, findings, rewriting, settings, told
from harness.inside import inside
from harness.platform import contract


def test_of_the_mock_every_declared_code_is_seen() -> None:
    found = [each for each in findings(*LAWS) if each.law == "codes"]
    assert {finding.operation: finding.missing for finding in found if finding.verdict is not Verdict.PASSED} == {}


def test_what_the_run_did_not_provoke_is_told_with_what_would() -> None:
    found = {each.operation: each for each in findings(codes.LAW, states={})}
    missing = dict(found["payments.create"].missing)
    assert 'states."payments.PAY_002"' in missing["no request of the run was answered with 422 PAY_002"]
    assert missing["no request of the run was answered with 401 UNAUTHORIZED"] == "run all laws on all services"
    assert not any("409 CONFLICT" in reason or " 50" in reason for reason in missing)
    assert {each.verdict for each in found.values()} == {Verdict.UNREACHABLE, Verdict.PASSED}


def other(status: int, method: str, path: str, code: str) -> Any:
    return changing(lambda value, _: {**value, "code": code}, method, path, status)


ENDED = "`orderId` names an order that is not cancelled"
SAID = "Insufficient funds: conformance.toml says what leads there"


@pytest.mark.parametrize(
    ("operation", "wrapped", "message"),
    [
        ("orders.create", other(400, "POST", "/api/orders", "X"), "a body that is no JSON is malformed"),
        ("orders.create", other(415, "POST", "/api/orders", "X"), "the body is application/json and nothing else"),
        ("orders.get", other(404, "GET", "/api/orders", "NOT_FOUND"), "an order that nobody made is not found"),
        ("orders.cancel", other(404, "POST", "/api/orders", "ORDER_004"), "an order that nobody made is not found"),
        ("users.update", other(404, "PUT", "/api/users", "NOT_FOUND"), "a user that nobody made is not found"),
        ("users.events", other(404, "GET", "/api/users", "NOT_FOUND"), "a user that nobody made is not found"),
        ("orders.create", other(422, "POST", "/api/orders", "ORDER_002"), "`userId` names a user that there is"),
        ("payments.create", other(422, "POST", "/api/payments", "PAY_001"), "`orderId` names an order that there is"),
        ("payments.create", other(409, "POST", "/api/payments", "PAY_003"), ENDED),
        ("payments.create", other(422, "POST", "/api/payments", "PAY_001"), SAID),
        ("payments.create", other(409, "POST", "/api/payments", "PAY_001"), "what is paid is not paid again"),
    ],
)  # fmt: skip
def test_a_code_that_stands_for_something_else_is_found(operation: str, wrapped: Any, message: str) -> None:
    said = told(codes.LAW, operation, wrapped=wrapped, services=frozenset())
    assert message in said, said


def test_an_amount_that_is_not_what_there_is_to_pay_is_found() -> None:
    def generous(tx: Transaction, call: Call) -> Stored:
        if tx.get("orders", call.body["orderId"]) is None:
            raise Problem("ORDER_003")
        return derived.create(tx, call, {"status": "processing"})

    said = told(codes.LAW, "payments.create", rules={"payments.create": generous}, states={})
    assert "an amount is what there is to pay, to the cent" in said


def test_with_given_tokens_only_their_users_are_asked_for() -> None:
    transports = inside(Engine(contract(), MockSettings(), load_scenario("empty")))
    first = Suite(contract(), settings(), transports)
    tokens = [str(first.supply.user().header).removeprefix("Bearer ") for _ in range(2)]
    given = Credentials(token=tokens[0], second_token=tokens[1])
    again = Suite(contract(), settings(credentials=given), transports, (lists.LAW, codes.LAW))
    found = {finding.key: finding for finding in again.run().findings}
    assert {finding.key: finding.failures for finding in found.values() if finding.failures} == {}
    assert found["lists[orders.list_for_user]"].verdict is Verdict.PASSED
    assert any("nobody may name a user" in reason for reason, _ in found["codes[orders.create]"].missing)


def test_what_cannot_be_made_is_not_reachable() -> None:
    def refuses(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(403) if request.method == "POST" and request.url.path == "/api/orders" else None

    found = {f.operation: f for f in findings(codes.LAW, wrapped=rewriting(refuses), states=FAILING)}
    assert found["payments.create"].verdict is Verdict.UNREACHABLE
    assert any("orders.create did not make an order" in reason for reason, _ in found["payments.create"].missing)
