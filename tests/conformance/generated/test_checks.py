"""Our checks in Schemathesis, each on one answer."""

import json
from typing import Any

import pytest
from schemathesis.checks import CHECKS

from commerce_conformance.exchange import Exchange
from commerce_conformance.generated.checks import declared_state, problem_document, registered, secret_shown
from commerce_conformance.generated.living import Living
from commerce_conformance.identity import ANONYMOUS
from harness.conforming import supply
from harness.platform import contract

REGISTER = {"email": "ann@example.com", "password": "Sesame-open-17", "firstName": "Ann"}


def answered(status: int, body: Any, **headers: str) -> Exchange:
    return Exchange(
        operation=None, identity=ANONYMOUS, method="POST", url="http://localhost:1/api/users", request_headers={},
        sent=b"", status=status, headers=headers, body=json.dumps(body).encode(), started=0.0, seconds=0.0,
    )  # fmt: skip


def secret(body: Any, **sent: Any) -> list[str]:
    register = contract().operations["users.create"]
    return [got for _, _, got in secret_shown(register, answered(201, body), {**REGISTER, **sent})]


def state(operation: str, value: Any, status: int = 200) -> list[tuple[str, str]]:
    judged = declared_state(contract().operations[operation], answered(status, value), None)
    return [(expected, got) for _, expected, got in judged]


def test_a_secret_of_the_request_is_found_in_its_answer() -> None:
    assert secret({"note": "Sesame-open-17"}) == ["it was shown as it was sent"]
    assert secret({"note": "71-nepo-emaseS"}) == ["it was shown backwards"]
    assert secret({"note": "Sesame"}) == []


def test_a_secret_in_a_header_is_found() -> None:
    register = contract().operations["users.create"]
    assert list(secret_shown(register, answered(201, {}, **{"x-echo": "Sesame-open-17"}), REGISTER))


@pytest.mark.parametrize(
    "sent", [{"firstName": "Sesame-open-17!"}, {"password": 17}, {"password": "short"}, {"tags": ["Sesame-open-17"]}]
)
def test_what_the_request_says_elsewhere_or_nobody_would_know_again_is_no_secret(sent: dict[str, Any]) -> None:
    assert secret({"note": f"Sesame-open-17 {sent.get('password')}"}, **sent) == []


def test_a_request_that_is_no_object_or_has_no_body_shows_no_secret() -> None:
    register, get = contract().operations["users.create"], contract().operations["users.get"]
    assert list(secret_shown(register, answered(201, {"password": "x"}), ["Sesame-open-17"])) == []
    assert list(secret_shown(get, answered(200, {"password": "x"}), REGISTER)) == []


def test_states_are_those_of_the_lifecycle_and_the_one_that_a_move_leads_to() -> None:
    assert state("orders.cancel", {"status": "cancelled"}) == []
    assert state("orders.cancel", {"status": "shipped"}) == [("cancelled", "shipped")]
    assert [got for _, got in state("orders.get", {"status": "lost"})] == ["'lost'"]


def test_answers_that_show_no_state_are_not_judged_by_it() -> None:
    assert state("orders.get", {"status": "lost"}, 404) == []
    assert state("orders.get", ["lost"]) == []
    assert state("orders.get", {}) == []
    assert state("users.get", {"status": "lost"}) == []


def test_a_refusal_is_judged_as_a_problem_and_a_success_is_not() -> None:
    get = contract().operations["orders.get"]
    assert list(problem_document(get, answered(404, {"code": "ORDER_404"}), None))
    assert list(problem_document(get, answered(200, {}), None)) == []


def test_the_checks_are_known_only_while_a_service_is_tested() -> None:
    names = set(CHECKS.get_all_names())
    with registered({}, Living(contract(), supply(), {})):
        assert set(CHECKS.get_all_names()) - names == {"problem_document", "secret_shown", "declared_state"}
    assert set(CHECKS.get_all_names()) == names
