import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from commerce_sdk import _errors as errors
from commerce_sdk._client import Client
from commerce_sdk._message import Next, Request, Response
from commerce_sdk._operation import Move, Operation
from commerce_sdk._resource import Resource
from sdk.scripted import ScriptedClock, ScriptedTransport, client, response

READ = Operation("things.get", "things", "GET", "/things/{id}", result="text", secured=True)
POST = replace(READ, name="things.verify", method="POST", path="/things")
KEYED = replace(POST, name="things.create", idempotency_key="Idempotency-Key")
CANCEL = replace(
    READ,
    name="things.cancel",
    method="POST",
    path="/things/{id}/cancel",
    move=Move("/things/{id}", "status", "cancelled"),
)
REFUSED = errors.ConnectionFailedError("refused", sent=False)


def lost() -> errors.ConnectionFailedError:
    return errors.ConnectionFailedError("broken", operation="things.get", sent=True)


def call(made: Client, operation: Operation, **arguments: Any) -> Any:
    return Resource(made)._call(operation, **arguments)  # noqa: SLF001 - what generated resources do


def read(made: Client, **arguments: Any) -> Any:
    return call(made, READ, path={"id": "1"}, **arguments)


def test_a_call_gives_what_the_service_answered() -> None:
    transport = ScriptedTransport(response(200, b"hello"))
    assert read(client(transport, token="t0ken")) == "hello"
    sent = transport.requests[0]
    assert (sent.method, sent.url, sent.attempt) == ("GET", "http://things.test/base/things/1", 1)
    assert sent.headers["Authorization"] == "Bearer t0ken"
    assert sent.headers["User-Agent"].startswith("commerce-sdk/")


@pytest.mark.parametrize("failure", [503, 500, 429, 408, lost(), REFUSED])
def test_a_failure_that_passes_is_tried_again_after_a_pause(failure: Any) -> None:
    clock = ScriptedClock()
    transport = ScriptedTransport(failure, response(200, b"hello"))
    assert read(client(transport, clock)) == "hello"
    assert [each.attempt for each in transport.requests] == [1, 2]
    assert len(clock.slept) == 1


def test_the_pause_is_what_the_service_asks_for() -> None:
    clock = ScriptedClock()
    read(client(ScriptedTransport(response(503, retry_after="7"), 200), clock))
    assert clock.slept == [7.0]


def test_after_the_last_attempt_the_failure_is_told_with_their_number() -> None:
    with pytest.raises(errors.ServiceUnavailableError) as caught:
        read(client(ScriptedTransport(503, 503, 503)))
    assert caught.value.attempts == 3
    with pytest.raises(errors.ConnectionFailedError) as broken:
        read(client(ScriptedTransport(lost()), max_retries=0))
    assert broken.value.attempts == 1


def test_what_has_an_effect_is_not_sent_twice_unless_it_surely_did_not_arrive() -> None:
    for failure in (503, lost()):
        transport = ScriptedTransport(failure)
        with pytest.raises(errors.CommerceError):
            call(client(transport), POST)
        assert len(transport.requests) == 1
    assert call(client(ScriptedTransport(REFUSED, 200)), POST) == ""


def test_all_attempts_of_a_call_share_one_idempotency_key_and_two_calls_do_not() -> None:
    transport = ScriptedTransport(503, lost(), 200, 200)
    made = client(transport)
    call(made, KEYED)
    call(made, KEYED)
    keys = [each.headers["Idempotency-Key"] for each in transport.requests]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_a_key_that_is_given_is_used() -> None:
    transport = ScriptedTransport(200)
    call(client(transport), KEYED, idempotency_key="mine")
    assert transport.requests[0].headers["Idempotency-Key"] == "mine"


def test_the_budget_of_a_client_ends_its_retries() -> None:
    made = client(ScriptedTransport(*[503] * 100), max_retries=1)
    sent = 0
    for _ in range(30):
        with pytest.raises(errors.ServiceUnavailableError) as caught:
            read(made)
        sent += caught.value.attempts
    assert sent == 30 + 20


def test_a_timeout_is_for_the_whole_call_and_each_attempt_has_what_is_left() -> None:
    clock = ScriptedClock()
    transport = ScriptedTransport(*[response(503, retry_after="3")] * 9, clock=clock, takes=1.0)
    began = clock.now
    with pytest.raises(errors.ServiceUnavailableError):
        read(client(transport, clock, max_retries=8, timeout=10))
    assert [each.timeout for each in transport.requests] == [10, 6, 2]
    assert clock.now - began <= 10


def test_no_pause_goes_beyond_the_end() -> None:
    clock = ScriptedClock()
    with pytest.raises(errors.ServiceUnavailableError):
        read(client(ScriptedTransport(response(503, retry_after="5")), clock), timeout=4)
    assert clock.slept == []


def test_a_deadline_holds_for_all_calls_inside_it() -> None:
    clock = ScriptedClock()
    transport = ScriptedTransport(200, 200, 200, clock=clock, takes=0.8)
    made = client(transport, clock)
    with made.deadline(2.0), made.deadline(60.0):
        read(made)
        read(made, timeout=0.5)
        clock.now += 1
        with pytest.raises(errors.RequestTimeoutError, match="the time of the call is over"):
            read(made)
    read(made)
    assert [each.timeout for each in transport.requests] == pytest.approx([2.0, 0.5, 30.0])


def test_a_deadline_of_another_clock_says_nothing() -> None:
    transport = ScriptedTransport(200)
    with client(ScriptedTransport()).deadline(0.0):
        read(client(transport))
    assert transport.requests[0].timeout == 30.0


class Providing:
    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def __call__(self) -> str:
        return self.tokens.pop(0)


def test_a_refused_token_is_renewed_once_a_call() -> None:
    transport = ScriptedTransport(200, 401, 200, 401, 401)
    made = client(transport, token=Providing("a", "b", "c"))
    read(made)
    read(made)
    with pytest.raises(errors.UnauthorizedError):
        read(made)
    sent = [each.headers["Authorization"][7:] for each in transport.requests]
    assert sent == ["a", "a", "b", "b", "c"]


def test_renewing_is_no_retry_even_where_retries_are_not_allowed() -> None:
    made = client(ScriptedTransport(401, 200), token=Providing("a", "b"), max_retries=0)
    assert call(made, POST) == ""


def test_a_fixed_token_is_not_sent_again_and_a_missing_one_is_named() -> None:
    with pytest.raises(errors.UnauthorizedError) as fixed:
        read(client(ScriptedTransport(401), token="t"))
    assert not hasattr(fixed.value, "__notes__")
    with pytest.raises(errors.UnauthorizedError) as missing:
        read(client(ScriptedTransport(401)))
    assert "THINGS_TOKEN" in missing.value.__notes__[0]


def test_an_operation_without_security_gets_no_token() -> None:
    transport = ScriptedTransport(200)
    call(client(transport, token="t"), replace(READ, secured=False), path={"id": 1})
    assert "Authorization" not in transport.requests[0].headers


def cancelled(state: str) -> Response:
    return response(200, b'{"id":"1","status":"%s"}' % state.encode())


def test_a_move_whose_answer_was_lost_is_looked_up_instead_of_failing() -> None:
    transport = ScriptedTransport(lost(), 409, cancelled("cancelled"))
    assert '"cancelled"' in call(client(transport), CANCEL, path={"id": "1"})
    last = transport.requests[-1]
    assert (last.method, last.url) == ("GET", "http://things.test/base/things/1")


@pytest.mark.parametrize("reading", [cancelled("shipped"), 404, response(200, b"<html>"), response(200, b"[]")])
def test_a_move_that_did_not_happen_is_told_as_the_conflict_it_is(reading: Any) -> None:
    with pytest.raises(errors.ConflictError):
        call(client(ScriptedTransport(503, 409, reading)), CANCEL, path={"id": "1"})


def test_a_conflict_at_the_first_attempt_is_no_doubt() -> None:
    transport = ScriptedTransport(409)
    with pytest.raises(errors.ConflictError):
        call(client(transport), CANCEL, path={"id": "1"})
    assert len(transport.requests) == 1


def test_the_state_moved_to_may_stand_in_the_body() -> None:
    move = replace(CANCEL, move=Move("/things/{id}", "status", given="status"), method="PUT")
    for state, reading in (("cancelled", "found"), ("shipped", "conflict")):
        made = client(ScriptedTransport(503, 409, cancelled("cancelled")))
        body = {"status": state}
        if reading == "found":
            call(made, move, path={"id": "1"}, body=body)
        else:
            with pytest.raises(errors.ConflictError):
                call(made, move, path={"id": "1"}, body=body)


@pytest.mark.parametrize(("result", "value"), [("text", "h\ufffd"), ("bytes", b"h\xff"), (None, None)])
def test_answers_that_are_not_json_are_given_as_they_are(result: str | None, value: Any) -> None:
    made = client(ScriptedTransport(response(200, b"h\xff")))
    assert call(made, replace(READ, result=result), path={"id": 1}) == value


def test_middleware_stands_around_each_attempt_the_first_outermost() -> None:
    seen: list[str] = []

    def named(name: str) -> Callable[[Request, Next], Response]:
        def middleware(request: Request, call_next: Next) -> Response:
            seen.append(f"{name}{request.attempt}")
            answered = call_next(request.with_headers({"X-Seen": name}))
            seen.append(f"{name}{answered.status}")
            return answered

        return middleware

    transport = ScriptedTransport(503, 200)
    read(client(transport, middleware=[named("a"), named("b")]))
    assert seen == ["a1", "b1", "b503", "a503", "a2", "b2", "b200", "a200"]
    assert transport.requests[0].headers["X-Seen"] == "b"


def test_what_is_logged_are_operations_statuses_and_times(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="commerce_sdk"):
        script = response(503, retry_after="1"), response(200, x_request_id="r-1")
        read(client(ScriptedTransport(*script), token="t0ken"))
    assert [record.getMessage() for record in caplog.records] == [
        "things.get attempt 1: 503 in 0.0 ms, request -",
        "things.get attempt 1: 503, next one in 1.00 s",
        "things.get attempt 2: 200 in 0.0 ms, request r-1",
    ]


def test_with_response_gives_the_value_and_how_the_call_went() -> None:
    clock = ScriptedClock()
    transport = ScriptedTransport(
        response(503, retry_after="2"), response(200, b"hello", x_request_id="r-1"), clock=clock, takes=0.5
    )
    made = client(transport, clock)
    answer = made.with_response(read, made)
    assert (answer.value, answer.status, answer.attempts, answer.elapsed) == ("hello", 200, 2, 3.0)
    assert answer.request_id == "r-1"


def test_with_response_of_what_sends_nothing_says_so() -> None:
    with pytest.raises(RuntimeError, match="sent no request"):
        client(ScriptedTransport()).with_response(lambda: 1)


ORDER = replace(READ, name="orders.get", result="orders:Order")


@pytest.mark.parametrize(
    ("body", "message", "raw"),
    [
        (b"<html>", "the answer is not JSON (text/html)", "<html>"),
        (b"", "the answer is not JSON", ""),
        (b'{"id":', "the answer is not JSON", '{"id":'),
        (b'{"id":1}', "the answer is not what the contract says: ", {"id": 1}),
        (b"[]", "the answer is not what the contract says: the value: Input should be", []),
    ],
)
def test_an_answer_of_success_that_cannot_be_read_is_told_with_what_came(body: bytes, message: str, raw: Any) -> None:
    transport = ScriptedTransport(response(200, body, content_type="text/html"))
    with pytest.raises(errors.BadResponseError) as caught:
        call(client(transport, token="t0ken"), ORDER, path={"id": "1"})
    assert str(caught.value).startswith(f"orders.get: {message}")
    assert (caught.value.status, caught.value.raw, caught.value.attempts) == (200, raw, 1)
    assert caught.value.__context__ is None


def test_what_an_unreadable_answer_repeats_of_secrets_is_hidden() -> None:
    transport = ScriptedTransport(response(200, b"your token is t0ken-1234"))
    with pytest.raises(errors.BadResponseError) as caught:
        call(client(transport, token="t0ken-1234"), ORDER, path={"id": "1"})
    assert "t0ken" not in repr(caught.value.__dict__)
