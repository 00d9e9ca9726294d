import pytest

from commerce_sdk import Request, Response, errors
from commerce_sdk._operation import Operation
from commerce_testing.faults import Fault, Faults, Kind, failure

OPERATION = Operation("things.create", "things", "POST", "/things")
REQUEST = Request(OPERATION, "POST", "http://localhost/things", {}, timeout=5.0)
ANSWER = Response(201, {}, b"{}")


class Service:
    """Counts what reaches it; and the seconds that pass."""

    def __init__(self) -> None:
        self.effects = 0
        self.passed: list[float] = []

    def respond(self, request: Request) -> Response:
        assert request is REQUEST
        self.effects += 1
        return ANSWER

    def strike(self, fault: Fault) -> Response:
        return fault.strike(REQUEST, self.respond, self.passed.append)


@pytest.mark.parametrize(
    ("kind", "after_commit", "error", "effects"),
    [
        ("connection", False, errors.ConnectionFailedError, 0),
        ("connection", True, errors.ConnectionFailedError, 1),
        ("cut", False, errors.ConnectionFailedError, 1),
        ("cut", True, errors.ConnectionFailedError, 1),
        ("timeout", False, errors.RequestTimeoutError, 0),
        ("timeout", True, errors.RequestTimeoutError, 1),
    ],
)
def test_a_broken_exchange_says_whether_the_service_got_the_request(
    kind: Kind, error: type[errors.TransportError], effects: int, *, after_commit: bool
) -> None:
    service = Service()
    with pytest.raises(error) as caught:
        service.strike(Fault(kind, after_commit=after_commit, left=1))
    assert type(caught.value) is error
    assert caught.value.sent is bool(effects)
    assert caught.value.operation == "things.create"
    assert service.effects == effects
    assert service.passed == ([5.0] if kind == "timeout" else [])


def test_a_request_without_an_end_times_out_at_once() -> None:
    passed: list[float] = []
    fault = Fault("timeout", after_commit=False, left=1)
    with pytest.raises(errors.RequestTimeoutError):
        fault.strike(Request(OPERATION, "GET", "http://localhost/", {}), lambda _: ANSWER, passed.append)
    assert passed == [0.0]


@pytest.mark.parametrize("after_commit", [False, True])
def test_an_answer_stands_in_for_that_of_the_service(*, after_commit: bool) -> None:
    service, unavailable = Service(), Response(503, {}, b"")
    assert service.strike(Fault(unavailable, after_commit=after_commit, left=1)) is unavailable
    assert service.effects == after_commit


def test_an_error_is_raised_anew_each_time() -> None:
    service, error = Service(), errors.TlsError("not to be trusted", operation="things.create", sent=False)
    fault = Fault(error, after_commit=False, left=2)
    raised = []
    for _ in range(2):
        with pytest.raises(errors.TlsError, match=r"things\.create: not to be trusted") as caught:
            service.strike(fault)
        raised.append(caught.value)
    assert raised[0] is not raised[1]
    assert error.__traceback__ is None


def test_faults_come_in_the_order_in_which_they_were_asked_for_and_so_often() -> None:
    faults = Faults()
    assert not faults
    first = faults.add(["a"], Fault("cut", after_commit=False, left=2))
    second = faults.add(["a"], Fault("timeout", after_commit=False, left=1))
    assert [faults.take("a") for _ in range(4)] == [first, first, second, None]
    assert (first.struck, second.struck, first.left) == (2, 1, 0)
    assert not faults


def test_a_fault_of_several_operations_strikes_so_often_in_all() -> None:
    faults = Faults()
    fault = faults.add(["a", "b"], Fault("cut", after_commit=False, left=2))
    assert [faults.take(name) for name in ("a", "b", "a", "b", "c")] == [fault, fault, None, None, None]
    assert not faults


def test_a_fault_without_number_never_ends_until_it_is_forgotten() -> None:
    faults = Faults()
    fault = faults.add(["a"], Fault("cut", after_commit=False, left=None))
    assert {faults.take("a") for _ in range(100)} == {fault}
    assert fault.struck == 100
    faults.clear()
    assert faults.take("a") is None


def test_a_status_that_no_document_shows_is_answered_in_the_words_of_http() -> None:
    answered = failure([], 503, {"Retry-After": "2"})
    assert answered.body == b'{"type":"about:blank","title":"Service Unavailable","status":503}'
    assert answered.headers["retry-after"] == "2"
    assert answered.headers["content-type"] == "application/problem+json"
    assert b'"Failure"' in failure([], 599, {}).body


@pytest.mark.parametrize("status", [200, 302, 399, 600])
def test_a_status_that_is_no_failure_is_refused(status: int) -> None:
    with pytest.raises(ValueError, match=f"{status} is no status of failure: give one from 400 to 599"):
        failure([], status, {})
