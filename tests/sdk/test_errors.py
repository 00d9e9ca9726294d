import copy
import pickle

import pytest

from commerce_sdk import _errors as errors
from commerce_sdk._errors import ApiError, CommerceError, Failure, FieldError, Problem

PROBLEM = Problem("GONE", "Gone", "It is gone.", None, None, (FieldError("/a", "b"),), {"raw": True})


@pytest.mark.parametrize(
    "error",
    [
        errors.InvalidRequestError("orders.get: bad", operation="orders.get"),
        errors.InvalidEventError("no event", raw=b"x"),
        errors.ConnectionFailedError("refused", operation="orders.get", sent=False, attempts=3),
        errors.TlsError("untrusted", operation="orders.get"),
        errors.RequestTimeoutError("slow"),
        errors.BadResponseError("no JSON", status=200, raw="<html>"),
    ],
)
def test_an_error_survives_pickling_and_copying(error: CommerceError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert twin.__dict__ == error.__dict__


@pytest.mark.parametrize("kind", [ApiError, *errors.BY_STATUS.values(), errors.ServerError])
def test_an_answered_problem_survives_pickling_whole(kind: type[ApiError]) -> None:
    error = kind(Failure("orders.get", 404, PROBLEM, {"x-request-id": "r-1"}, 2))
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(twin) is kind
    assert (str(twin), twin.raw, twin.headers, twin.attempts) == (str(error), error.raw, error.headers, 2)


def test_an_error_says_operation_status_code_detail_and_request() -> None:
    error = ApiError(Failure("orders.get", 404, PROBLEM, {"x-request-id": "r-1"}))
    assert str(error) == "orders.get: 404 GONE - It is gone. (request r-1)\n  /a: b"
    assert str(ApiError(Failure("orders.get", 500))) == "orders.get: 500"


def test_a_note_is_kept_out_of_what_is_pickled() -> None:
    error = errors.TlsError("untrusted")
    error.add_note("look at SSL_CERT_FILE")
    assert str(pickle.loads(pickle.dumps(error))) == "untrusted"  # noqa: S301 - our own bytes


def test_a_transport_error_names_its_operation_and_whether_it_was_sent() -> None:
    assert str(errors.ConnectionFailedError("refused", operation="orders.get")) == "orders.get: refused"
    assert str(errors.ConnectionFailedError("refused")) == "refused"
    assert errors.ConnectionFailedError("x").sent
    assert not errors.TlsError("x").sent


def test_errors_are_also_what_python_calls_them() -> None:
    assert isinstance(errors.RequestTimeoutError(""), TimeoutError)
    assert isinstance(errors.InvalidRequestError(""), ValueError)
