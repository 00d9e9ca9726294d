"""The law of repeated requests: it passes on the mock, and finds each way to do something again."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import idempotency
from commerce_conformance.settings import Credentials
from harness.conforming import findings, suite

KEY = "idempotency-key"
Ask = Callable[[httpx.Request], httpx.Response]
Rekey = Callable[[str, httpx.Request], str]


class Keyed(httpx.BaseTransport):
    """Stands before a service and does what it wants with requests that have a key; `inner` asks the service."""

    def __init__(self, inner: httpx.BaseTransport, act: Callable[[httpx.Request, Ask], httpx.Response]) -> None:
        self._inner = inner
        self._act = act

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if KEY not in request.headers:
            return self._inner.handle_request(request)
        return self._act(request, self._inner.handle_request)


def keyed(act: Callable[[httpx.Request, Ask], httpx.Response]) -> Any:
    return lambda inner: Keyed(inner, act)


def messages(act: Callable[[httpx.Request, Ask], httpx.Response], operation: str = "orders.create") -> list[str]:
    found = findings(idempotency.LAW, wrapped=keyed(act), services=frozenset({operation.partition(".")[0]}))
    assert [finding.fault for finding in found if finding.fault] == []
    return [failure.message for finding in found if finding.operation == operation for failure in finding.failures]


def test_the_mock_does_nothing_twice() -> None:
    found = findings(idempotency.LAW)
    assert [(finding.operation, finding.verdict) for finding in found if finding.operation[:5] != "admin"] == [
        ("orders.create", Verdict.PASSED),
        ("payments.create", Verdict.PASSED),
        ("payments.refund", Verdict.PASSED),
    ]


def test_a_service_that_knows_no_keys_is_found() -> None:
    def ignores(request: httpx.Request, ask: Ask) -> httpx.Response:
        del request.headers[KEY]
        return ask(request)

    told = messages(ignores)
    assert told == [
        "the same request under the same key is answered the same",
        "an answer that was given before is marked as such",
        "a key is for one request and no other",
        "a request that comes again does nothing again",
        "of several of the same at once all that are done are one",
        "of several of the same at once only one is done",
        "a key that is too long is refused",
    ]
    refund = messages(ignores, "payments.refund")
    assert "the same request under the same key is answered the same" in refund


def test_a_service_that_refuses_all_keys_is_found() -> None:
    def refuses(_request: httpx.Request, _ask: Ask) -> httpx.Response:
        return httpx.Response(500)

    assert messages(refuses) == [
        "a request with a key is taken as one without",
        "of several of the same at once one is done",
        "of several of the same at once each is done or told why",
        "a request that fails validation uses up no key",
        "a key is its caller's own (caller 1)",
        "a key is its caller's own (caller 2)",
        "a key that is too long is refused",
        "a key may be as long as the document says",
    ]


def test_a_mark_on_first_answers_is_found() -> None:
    def marks(request: httpx.Request, ask: Ask) -> httpx.Response:
        answered = ask(request)
        answered.headers["idempotent-replayed"] = "true"
        return answered

    assert messages(marks) == [
        "a first answer is not marked as one that was given before",
        "nobody gets what another asked for",
        "nobody gets what another asked for",
    ]


def test_an_answer_without_its_mark_is_found() -> None:
    def unmarked(request: httpx.Request, ask: Ask) -> httpx.Response:
        answered = ask(request)
        answered.headers.pop("idempotent-replayed", None)
        return answered

    assert messages(unmarked) == ["an answer that was given before is marked as such"]


def test_a_key_that_answers_another_request_too_is_found() -> None:
    first: dict[str, bytes] = {}

    def replays(request: httpx.Request, ask: Ask) -> httpx.Response:
        caller = request.headers[KEY] + request.headers.get("authorization", "")
        answered = ask(request)
        if answered.status_code == 201:
            first.setdefault(caller, answered.content)
        elif answered.status_code == 422 and caller in first and b"REUSED" in answered.content:
            return httpx.Response(201, content=first[caller], headers={"idempotent-replayed": "true"})
        return answered

    assert messages(replays) == ["a key is for one request and no other"]


def test_a_service_that_does_at_once_what_comes_at_once_is_found() -> None:
    """The same answer for all, but something is done for each: a check and a write with nothing between."""
    answers: dict[str, httpx.Response] = {}
    turn = threading.Lock()

    def races(request: httpx.Request, ask: Ask) -> httpx.Response:
        key = request.headers[KEY] + request.headers.get("authorization", "") + request.content.decode()
        with turn:
            if key in answers:
                plain = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
                del plain.headers[KEY]
                ask(plain)  # done once more, and nobody is told
            answers[key] = ask(request)
            return answers[key]

    assert messages(races) == [
        "a request that comes again does nothing again",
        "of several of the same at once only one is done",
    ]


def test_a_refusal_that_uses_up_the_key_is_found() -> None:
    used: dict[str, bytes] = {}

    def keeps(request: httpx.Request, ask: Ask) -> httpx.Response:
        caller = request.headers[KEY] + request.headers.get("authorization", "")
        if caller in used:
            return httpx.Response(422, content=used[caller])
        answered = ask(request)
        if answered.status_code == 422 and b"IDEMPOTENCY" not in answered.content:
            used[caller] = answered.content
        return answered

    assert messages(keeps) == ["a request that fails validation uses up no key"]


def test_a_service_that_takes_what_is_invalid_keeps_its_key_for_it() -> None:
    def takes(request: httpx.Request, ask: Ask) -> httpx.Response:
        return httpx.Response(201, json={}) if request.content == b"{}" else ask(request)

    assert messages(takes) == []


def test_keys_that_are_everybodys_are_found() -> None:
    given: dict[str, tuple[str, httpx.Response]] = {}

    def shared(request: httpx.Request, ask: Ask) -> httpx.Response:
        key, caller = request.headers[KEY], request.headers.get("authorization", "")
        if key in given and given[key][0] != caller:
            answered = given[key][1]
            return httpx.Response(201, content=answered.content, headers={"idempotent-replayed": "true"})
        answered = ask(request)
        if answered.status_code == 201:
            given[key] = (caller, answered)
        return answered

    assert messages(shared) == ["nobody gets what another asked for"]


def test_a_key_that_is_another_callers_too_is_found() -> None:
    owners: dict[str, str] = {}

    def conflicts(request: httpx.Request, ask: Ask) -> httpx.Response:
        caller = request.headers.get("authorization", "")
        if owners.setdefault(request.headers[KEY], caller) != caller:
            return httpx.Response(409)
        return ask(request)

    assert messages(conflicts) == ["a key is its caller's own (caller 2)"]


@pytest.mark.parametrize(("least", "told"), [(256, []), (255, ["a key may be as long as the document says"])])
def test_a_bound_that_is_too_narrow_is_found(least: int, told: list[str]) -> None:
    def narrow(request: httpx.Request, ask: Ask) -> httpx.Response:
        return httpx.Response(422) if len(request.headers[KEY]) >= least else ask(request)

    assert messages(narrow) == told


def test_with_two_tokens_the_keys_of_another_are_not_tried() -> None:
    made = suite()
    tokens = [str(made.supply.user().header).removeprefix("Bearer ") for _ in range(2)]
    made.close()
    found = findings(
        idempotency.LAW,
        credentials=Credentials(token=tokens[0], second_token=tokens[1]),
        services=frozenset({"orders"}),
    )
    # What the tokens are for is unknown to this mock, which was made anew: nothing of it is a pass.
    assert Verdict.PASSED not in {finding.verdict for finding in found}
