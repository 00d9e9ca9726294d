"""A service that no Python knows: the laws are read off its documents, and find what breaks them."""

from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import (
    auth,
    codes,
    documented,
    headers,
    lifecycle,
    lists,
    problems,
    storage,
    undocumented,
    uniqueness,
    validation,
)
from commerce_contract import Contract, load
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import changing, findings, rewriting, told

DOCUMENTS = Path(__file__).parents[1] / "fifth_service" / "contract"
ALL = (lifecycle, storage, uniqueness, validation, lists, auth, codes, headers, documented, problems, undocumented)


@cache
def shipments() -> Contract:
    return load(DOCUMENTS)


def test_it_keeps_every_law_that_is_about_data() -> None:
    found = findings(*(module.LAW for module in ALL), contract=shipments(), states={})
    assert {finding.key: finding.failures for finding in found if finding.verdict is not Verdict.PASSED} == {}
    assert {finding.law for finding in found} == {module.LAW.name for module in ALL}


def another_code(tx: Transaction, call: Call) -> Stored:
    try:
        return derived.update(tx, call)
    except Problem as problem:
        if problem.code == "SHIP_001":
            raise Problem("SHIP_002") from None
        raise


def and_updates_all_the_same(tx: Transaction, call: Call) -> Stored:
    stored = derived.find(tx, call)
    try:
        return derived.update(tx, call)
    except Problem as problem:

        def save(after: Transaction) -> None:
            after.save(stored, {"weight": 7})

        problem.aftermath = save
        raise


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (another_code, "no two come to have the same trackingNumber, as it is"),
        (another_code, "no two come to have the same trackingNumber, in other letters"),
        (and_updates_all_the_same, "an update that is refused changes nothing"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_update_to_what_another_has_is_found(broken: Any, message: str) -> None:
    changes: dict[str, Any] = {"rules": {"shipments.update": broken}, "contract": shipments()}
    said = told(uniqueness.LAW, "shipments.update", **changes)
    assert message in said, said


def test_a_flag_in_a_query_that_is_none_is_found() -> None:
    def takes(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return (
            httpx.Response(200, json={}) if request.url.params.get("insured", "true") not in {"true", "false"} else None
        )

    said = told(validation.LAW, "shipments.list_for_customer", wrapped=rewriting(takes), contract=shipments())
    assert said == {"/query/insured must be a boolean, or the request is refused"}


def test_a_property_with_a_code_of_its_own_is_told_by_it() -> None:
    wrapped = changing(lambda value, _: {**value, "code": "VALIDATION_ERROR"}, "PATCH", "/api/shipments", 422)
    said = told(validation.LAW, "shipments.update", wrapped=wrapped, contract=shipments())
    assert "/weight must be a number, or the request is refused" in said
    assert "/insured must be a boolean, or the request is refused" not in said
