from typing import Any

import pytest

from commerce_mock import wire
from commerce_mock.faults import Fault, Faults
from commerce_sdk import Request, Response, errors
from commerce_sdk._operation import Operation
from commerce_testing import CommerceMock, Stage
from commerce_testing.faults import Raised, carried, ordered

OPERATION = Operation("things.create", "things", "POST", "/things")
REQUEST = Request(OPERATION, "POST", "http://localhost/things", {}, timeout=5.0)


class Client:
    """A client of this process: what reaches it of an answer, and the seconds that pass meanwhile."""

    def __init__(self) -> None:
        self.passed: list[float] = []
        self.faults = Faults(0)

    def get(self, request: Request = REQUEST, **delivery: Any) -> Response:
        told = wire.Delivery(**delivery) if delivery else None
        answered = wire.Response(201, [(b"x-a", b"b")], b"0123456789", told)
        return carried(request, answered, self.faults, self.passed.append)


def test_an_answer_with_which_nothing_goes_wrong_comes_as_it_is() -> None:
    client = Client()
    answered = client.get()
    assert (answered.status, answered.headers, answered.body) == (201, {"x-a": "b"}, b"0123456789")
    assert client.passed == []


@pytest.mark.parametrize(
    ("ending", "message", "sent"),
    [
        ("refused", "the connection was refused", False),
        ("reset", "the connection broke before the answer", True),
        ("truncated", "the connection broke in the answer's body", True),
    ],
)
def test_a_broken_connection_says_whether_the_service_may_have_got_the_request(
    ending: str, message: str, *, sent: bool
) -> None:
    with pytest.raises(errors.ConnectionFailedError, match=message) as caught:
        Client().get(ending=ending)
    assert caught.value.sent is sent
    assert caught.value.operation == "things.create"


def test_no_answer_takes_the_time_that_the_client_has() -> None:
    client = Client()
    with pytest.raises(errors.RequestTimeoutError) as caught:
        client.get(ending="silence")
    assert caught.value.sent
    assert client.passed == [5.0]


def test_a_client_without_a_timeout_is_told_at_once_that_nothing_comes() -> None:
    client = Client()
    with pytest.raises(errors.RequestTimeoutError):
        client.get(Request(OPERATION, "GET", "http://localhost/", {}), ending="silence")
    assert client.passed == [0.0]


def test_a_late_answer_comes_when_so_much_time_has_passed() -> None:
    client = Client()
    assert client.get(delay=4.5).status == 201
    assert client.get(delay=1.0, rate=5.0).body == b"0123456789"
    assert client.passed == [4.5, 3.0]


def test_an_answer_that_is_later_than_the_client_waits_never_comes() -> None:
    client = Client()
    with pytest.raises(errors.RequestTimeoutError):
        client.get(delay=6.0)
    assert client.passed == [5.0]


def test_an_error_is_raised_anew_each_time() -> None:
    client, error = Client(), errors.TlsError("not to be trusted", operation="things.create", sent=False)
    client.faults.add(Fault(Raised(error)))
    raised = []
    for _ in range(2):
        with pytest.raises(errors.TlsError, match=r"things\.create: not to be trusted") as caught:
            client.get(ending="reset", fault="fault-1")
        raised.append(caught.value)
    assert raised[0] is not raised[1]
    assert error.__traceback__ is None


@pytest.mark.parametrize(
    ("fault", "settings", "order"),
    [
        (503, {}, {"fault": "status", "status": 503}),
        (502, {"headers": {"A": "b"}}, {"fault": "status", "status": 502, "headers": {"A": "b"}}),
        ("ORDER_001", {"share": 0.5}, {"fault": "problem", "code": "ORDER_001", "share": 0.5}),
        ("connection", {}, {"fault": "reset"}),
        ("connection", {"after_commit": True}, {"fault": "reset", "after_commit": True}),
        ("cut", {"after_commit": True}, {"fault": "truncate"}),
        ("timeout", {"times": 2}, {"fault": "timeout", "times": 2}),
        ("delay", {"seconds": 2, "times": None}, {"fault": "delay", "seconds": 2}),
        ("rate_limit", {"limit": 2, "per_seconds": 1}, {"fault": "rate_limit", "limit": 2, "per_seconds": 1}),
        (errors.TlsError("expired"), {}, {"fault": "reset"}),
    ],
)
def test_a_test_has_short_words_for_what_the_control_api_calls_otherwise(
    stage: Stage, fault: Any, settings: dict[str, Any], order: dict[str, Any]
) -> None:
    made = ordered(stage.contract, "orders.create", fault, settings)
    assert made.order() == {"operation": "orders.create", "share": 1, **order}


@pytest.mark.parametrize(
    ("fault", "settings", "message"),
    [
        ("delay", {}, "seconds is required by the fault `delay`"),
        ("delay", {"seconds": -1}, "seconds must be at least 0"),
        ("cut", {"seconds": 1}, "seconds means nothing to the fault `truncate`"),
        ("USER_001", {}, "code is declared by none of the operations"),
        ("crash", {}, "'crash' is no fault"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    stage: Stage, fault: str, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ordered(stage.contract, "orders.create", fault, settings)


def test_what_a_request_orders_itself_takes_no_time_here(shop: Any) -> None:
    mock: CommerceMock = shop.mock

    def impatient(request: Any, send: Any) -> Any:
        return send(request.with_headers({"Prefer": "wait=3"}))

    client = mock.client(middleware=[impatient])
    client.orders.health()
    assert mock.clock.monotonic() == 3


def test_a_body_that_is_no_json_is_an_answer_that_cannot_be_read(shop: Any) -> None:
    shop.mock.fail("orders.health", "malformed")
    with pytest.raises(errors.BadResponseError):
        shop.client.orders.health()


def test_the_journal_and_the_control_api_tell_of_a_tests_own_faults(shop: Any) -> None:
    fault = shop.mock.fail("orders.health", errors.TlsError("expired"))
    with pytest.raises(errors.TlsError):
        shop.client.orders.health()
    assert (fault.id, fault.struck, fault.left) == ("fault-1", 1, 0)
    assert shop.mock.requests[-1].fault == "fault-1 reset"
    faults = shop.mock._control("admin.faults", None)["faults"]  # noqa: SLF001 - as a test over HTTP would see it
    assert [each["fault"] for each in faults] == ["reset"]
