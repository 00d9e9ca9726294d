"""What each kind of fault does to one request."""

from collections import deque
from dataclasses import replace
from statistics import median
from typing import Any

import orjson
import pytest

from commerce_mock.fault_answers import malformed
from commerce_mock.fault_effects import NO_ANSWER, Effect, Occasion, Strike
from commerce_mock.fault_kinds import (
    KINDS,
    LONGEST_DELAY,
    DeclaredProblem,
    Delay,
    Malformed,
    RateLimit,
    Reset,
    Slow,
    Status,
    Timeout,
    Truncate,
    kind_of,
)
from commerce_mock.problems import Problem
from commerce_mock.wire import Delivery
from harness.platform import contract


def occasion(name: str = "orders.get", **changes: Any) -> Occasion:
    return replace(Occasion(contract(), contract().operations[name], "/api/orders/order-9", 0), **changes)


def answered(effect: Effect) -> tuple[int, dict[bytes, bytes], Any]:
    """The answer that a client gets, whatever the service gave."""
    status, headers, body = Strike("", effect).change((200, [(b"x-a", b"b")], b"{}"))
    return status, dict(headers), orjson.loads(body)


def test_the_kinds_are_those_of_the_control_document() -> None:
    body = contract().operations["admin.create_fault"].body
    assert body is not None
    assert set(KINDS) == set(body.schema.properties["fault"].enum)


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_problem_is_answered_as_the_operation_declares_it(*, after_commit: bool) -> None:
    effect = DeclaredProblem("ORDER_003", after_commit).strike(occasion())
    assert effect is not None
    status, headers, problem = answered(effect)
    assert (status, headers) == (404, {b"content-type": b"application/problem+json"})
    shown = contract().operations["orders.get"].responses[404].examples["ORDER_003"]
    assert problem == {**shown, "instance": "/api/orders/order-9"}
    assert (effect.reaches, effect.code) == (after_commit, "ORDER_003")


def test_a_problem_of_another_operation_does_nothing() -> None:
    assert DeclaredProblem("USER_004").strike(occasion()) is None


def test_headers_of_a_fault_stand_in_for_those_that_the_operation_declares() -> None:
    effect = Status(503, headers={"Retry-After": "7", "X-More": "1"}).strike(occasion())
    _, headers, _ = answered(effect)
    assert headers == {b"content-type": b"application/problem+json", b"retry-after": b"7", b"x-more": b"1"}


def test_a_status_that_the_operation_does_not_declare_is_answered_in_the_words_of_http() -> None:
    effect = Status(502).strike(occasion())
    status, headers, problem = answered(effect)
    assert (status, headers[b"content-type"], effect.code) == (502, b"application/problem+json", None)
    assert problem == {
        "type": "about:blank",
        "title": "Bad Gateway",
        "status": 502,
        "instance": "/api/orders/order-9",
    }
    assert answered(Status(599).strike(occasion()))[2]["title"] == "Failure"


def test_a_delay_is_fixed_or_lognormal_about_its_median() -> None:
    assert Delay(2).strike(occasion()) == Effect(delay=2)
    spread = [Delay(2, 0.5).strike(occasion(chance=lambda _, at=at: at / 1000)).delay for at in range(1001)]
    assert median(spread) == pytest.approx(2)
    assert spread == sorted(spread)
    assert spread[841] == pytest.approx(2 * 2.718281828**0.5, rel=0.01)  # one sigma
    assert spread[0] > 0
    assert Delay(2, 10).strike(occasion(chance=lambda _: 1.0)).delay == LONGEST_DELAY


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (Timeout(), Effect(reaches=False, ending="silence")),
        (Timeout(after_commit=True), Effect(ending="silence")),
        (Reset(), Effect(reaches=False, ending="reset")),
        (Reset(after_commit=True), Effect(ending="reset")),
        (Truncate(), Effect(ending="truncated")),
        (Malformed(), Effect(rewrite=malformed)),
        (Slow(8), Effect(rate=8)),
    ],
)
def test_what_happens_on_the_way(kind: Any, effect: Effect) -> None:
    assert kind.strike(occasion()) == effect


def test_a_malformed_body_is_no_json_and_nothing_is_spoilt_where_there_is_none() -> None:
    status, headers, body = malformed((200, [(b"a", b"b")], b'{"id":1}'))
    assert (status, headers) == (200, [(b"a", b"b")])
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(body)
    assert malformed((204, [], b"")) == (204, [], b"")


def test_a_rate_limit_lets_so_many_through_in_any_window_of_the_worlds_time() -> None:
    kind, passed = RateLimit(2, 10), deque[int]()

    def at(now: int) -> int | None:
        """Seconds to wait, None where the request goes through."""
        effect = kind.strike(occasion(now=now, passed=passed))
        if effect is None:
            return None
        status, headers, problem = answered(effect)
        assert (status, problem["type"], "code" in problem) == (429, "about:blank", False)
        assert not effect.reaches
        return int(headers[b"retry-after"])

    assert [at(0), at(4000), at(4000), at(9999), at(10_000), at(10_001)] == [None, None, 6, 1, None, 4]
    assert [at(14_000), at(14_000), at(20_000)] == [None, 6, None]


@pytest.mark.parametrize(
    ("delivered", "effect"),
    [
        (None, Effect()),
        (None, Effect(rewrite=malformed)),
        (Delivery(delay=2.0, fault="f"), Effect(delay=2.0)),
        (Delivery(rate=8, fault="f"), Effect(rate=8)),
        (Delivery(ending="reset", fault="f"), Effect(ending="reset")),
    ],
)
def test_only_what_goes_wrong_on_the_way_is_told_to_the_transport(delivered: Delivery | None, effect: Effect) -> None:
    assert Strike("f", effect, "f").delivery == delivered


def test_an_answer_is_never_the_same_object_twice() -> None:
    first, second = Strike("", Effect()).change(NO_ANSWER), Strike("", Effect()).change(NO_ANSWER)
    first[1].append((b"a", b"b"))
    assert second == (444, [], b"")
    assert NO_ANSWER == (444, [], b"")


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        ({"fault": "delay"}, "/seconds", "is required by the fault `delay`"),
        ({"fault": "rate_limit", "limit": 1}, "/per_seconds", "is required by the fault `rate_limit`"),
        ({"fault": "reset", "seconds": 1}, "/seconds", "means nothing to the fault `reset`: it takes after_commit"),
        ({"fault": "truncate", "after_commit": True}, "/after_commit", "it takes nothing more"),
        ({"fault": "status", "status": 500, "headers": {"Content-Length": "1"}}, "/headers/Content-Length", "leave"),
    ],
)
def test_a_kind_is_told_what_it_needs_and_nothing_else(document: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        kind_of(document)
    ((place, told),) = caught.value.errors
    assert (caught.value.code, place) == ("VALIDATION_ERROR", pointer)
    assert message in told
