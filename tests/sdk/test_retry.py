import pytest

from commerce_sdk._clock import SystemClock
from commerce_sdk._errors import (
    ApiError,
    BadResponseError,
    CommerceError,
    ConnectionFailedError,
    Failure,
    InvalidRequestError,
    RequestTimeoutError,
    TlsError,
)
from commerce_sdk._operation import Move, Operation
from commerce_sdk._retry import RetryBudget, delay, is_ambiguous, may_repeat, retry_after

READ = Operation("things.get", "things", "GET", "/things")
PUT = Operation("things.update", "things", "PUT", "/things")
POST = Operation("things.verify", "things", "POST", "/things")
KEYED = Operation("things.create", "things", "POST", "/things", idempotency_key="Idempotency-Key")
MOVE = Operation("things.cancel", "things", "POST", "/things", move=Move("/things", "status", "cancelled"))

REFUSED = ConnectionFailedError("refused", sent=False)
BROKEN = ConnectionFailedError("broken", sent=True)


class Frozen(SystemClock):
    def time(self) -> float:
        return 1_700_000_000.0


def problem(status: int, **headers: str) -> ApiError:
    return ApiError(Failure("things.get", status, headers={name.replace("_", "-"): headers[name] for name in headers}))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("operation", [READ, PUT, KEYED, MOVE])
def test_a_passing_status_is_tried_again_where_that_is_harmless(operation: Operation, status: int) -> None:
    assert may_repeat(operation, problem(status))
    assert not may_repeat(POST, problem(status))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501, 505])
def test_another_status_is_final(status: int) -> None:
    assert not may_repeat(READ, problem(status))


@pytest.mark.parametrize(
    ("failure", "read", "post"),
    [
        (REFUSED, True, True),
        (BROKEN, True, False),
        (RequestTimeoutError("slow", sent=True), True, False),
        (RequestTimeoutError("no connection", sent=False), True, True),
        (TlsError("untrusted"), False, False),
        (BadResponseError("no JSON"), False, False),
        (InvalidRequestError("bad"), False, False),
    ],
)
def test_what_surely_was_not_sent_may_be_sent_by_anyone(failure: CommerceError, *, read: bool, post: bool) -> None:
    assert (may_repeat(READ, failure), may_repeat(POST, failure)) == (read, post)


def test_only_what_surely_did_not_arrive_leaves_no_doubt() -> None:
    assert [is_ambiguous(failure) for failure in (REFUSED, BROKEN, problem(503), InvalidRequestError(""))] == [
        False,
        True,
        True,
        False,
    ]


def test_backoff_is_full_jitter_that_grows_up_to_a_limit() -> None:
    clock = SystemClock()
    for attempt, most in ((1, 0.5), (2, 1.0), (5, 8.0), (20, 8.0)):
        delays = [delay(REFUSED, attempt, clock) for _ in range(200)]
        assert 0 <= min(delays) < most / 4
        assert most * 3 / 4 < max(delays) <= most


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("2", 2.0),
        ("86400", 60.0),
        ("99999999999999999999", 60.0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2000 22:13:30 GMT", 0.0),
        ("Tue, 14 Nov 2033 22:13:30 GMT", 60.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("Tue, 99 Nov 2023 22:13:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_has_a_limit(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, Frozen()) == seconds


def test_a_service_that_says_when_is_believed() -> None:
    assert delay(problem(503, retry_after="7"), 1, Frozen()) == 7.0


def test_a_budget_ends_retries_and_successes_refill_it() -> None:
    budget = RetryBudget(tokens=2, refund=0.5)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    budget.give_back()
    assert not budget.take()
    budget.give_back()
    assert budget.take()
    for _ in range(10):
        budget.give_back()
    assert [budget.take() for _ in range(3)] == [True, True, False]
