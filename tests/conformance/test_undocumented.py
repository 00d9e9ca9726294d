"""The law of what no document has: it passes on the mock, and finds properties, methods and paths that are more."""

from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import storage, undocumented
from commerce_conformance.profiles import PROFILES
from harness.conforming import changing, findings, rewriting, told

PROPERTY = "an answer has no property that the document does not name"
PROBLEM = {"content-type": "application/problem+json"}


def test_the_mock_has_nothing_that_no_document_has() -> None:
    found = [each for each in findings(storage.LAW, undocumented.LAW) if each.law == "undocumented"]
    assert {finding.verdict for finding in found} == {Verdict.PASSED}


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_mock_is_good_enough_for_every_framework(profile: str) -> None:
    found = findings(undocumented.LAW, profile=PROFILES[profile], services=frozenset({"users"}))
    assert {finding.verdict for finding in found} == {Verdict.PASSED}


def more(value: Any, _: httpx.Request) -> Any:
    return {**value, "debug": True}


def more_inside(value: Any, _: httpx.Request) -> Any:
    return {**value, "items": [{**item, "sku": 1} for item in value["items"]]}


@pytest.mark.parametrize(("change", "place"), [(more, "no /debug"), (more_inside, "no /items/*/sku")])
def test_a_property_that_is_not_named_is_told_once(change: Any, place: str) -> None:
    wrapped = changing(change, "GET", "/api/orders/order-")
    found = findings(storage.LAW, undocumented.LAW, wrapped=wrapped, services=frozenset({"orders"}))
    failures = [f for finding in found if finding.law == "undocumented" for f in finding.failures]
    assert [(f.message, f.expected) for f in failures] == [(PROPERTY, place)]


def test_answers_of_other_shapes_are_no_fault_of_the_suite() -> None:
    wrapped = changing(lambda *_: {"items": {"a": 1}, "id": [[1]]}, "GET", "/api/orders/order-")
    assert told(undocumented.LAW, "orders.get", storage.LAW, wrapped=wrapped) == set()


def router(status: int, headers: dict[str, str], content: bytes = b"") -> Any:
    """A service whose router refuses a wrong method so."""

    def rewrite(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(status, headers=headers, content=content) if answered.status_code == 405 else None

    return rewriting(rewrite)


@pytest.mark.parametrize(
    ("wrapped", "messages"),
    [
        (router(200, {}), {"/api/users/{user_id} has no DELETE"}),
        (router(404, {}), {"/api/users/{user_id} has no DELETE"}),
        (
            router(405, PROBLEM, b'{"code": "METHOD_NOT_ALLOWED"}'),
            {"a refused method says in `Allow` which ones there are"},
        ),
        (
            router(405, {"allow": "GET, PUT, POST, DELETE, PATCH"}),
            {
                "a refused method says in `Allow` which ones there are",
                "what no operation answers is told as a problem too (405)",
            },
        ),
        (
            router(405, {"allow": "GET, PUT", "content-type": "application/json"}, b'{"detail": "no"}'),
            {"what no operation answers is told as a problem too (405)"},
        ),
        (
            router(405, {"allow": "GET, PUT", **PROBLEM}, b'{"code": "NOT_FOUND"}'),
            {"what no operation answers is told as a problem too (405)"},
        ),
    ],
    ids=["done", "not found", "no Allow", "wrong Allow", "no problem", "another code"],
)
def test_a_wrong_method_that_is_not_refused_as_it_should_is_found(wrapped: Any, messages: set[str]) -> None:
    assert messages <= told(undocumented.LAW, "users.get", wrapped=wrapped)


@pytest.mark.parametrize(
    ("profile", "status", "fine"),
    [("fastapi", 405, True), ("fastapi", 404, False), ("express", 404, True), ("gin", 404, True), ("gin", 200, False)],
)
def test_a_profile_lets_a_frameworks_own_refusals_pass(profile: str, status: int, fine: bool) -> None:  # noqa: FBT001 - a case
    wrapped = router(status, {"content-type": "text/plain"}, b"no")
    assert (told(undocumented.LAW, "users.get", wrapped=wrapped, profile=PROFILES[profile]) == set()) is fine


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(200, json={}), "a path that no document has is not found"),
        (httpx.Response(404, text="no"), "what no operation answers is told as a problem too (404)"),
    ],
)
def test_a_path_that_is_not_refused_is_found(answer: httpx.Response, message: str) -> None:
    def rewrite(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return answer if "no-such-path" in request.url.path else None

    assert told(undocumented.LAW, "users.create", wrapped=rewriting(rewrite)) == {message}
