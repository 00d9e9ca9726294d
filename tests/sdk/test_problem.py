import json
from typing import Any

import pytest

from commerce_sdk import _errors as errors
from commerce_sdk._errors import FieldError
from commerce_sdk._message import Response
from commerce_sdk._problem import api_error, error_class, read_problem


class Gone(errors.NotFoundError):
    pass


class GoneInBody(Gone, errors.UnprocessableError):
    pass


CODES = {"GONE": {404: Gone, 422: GoneInBody}}


def answer(body: Any, status: int = 422, **headers: str) -> Response:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


def test_a_problem_of_rfc_9457_is_read_whole() -> None:
    body = {
        "type": "https://x/problems/gone",
        "title": "Gone",
        "status": 404,
        "detail": "It is gone.",
        "instance": "/things/1",
        "code": "GONE",
        "errors": [{"pointer": "/items/0", "message": "is missing"}, {"nonsense": 1}, 7],
        "new": True,
    }
    error = api_error("things.get", answer(body, 404, x_request_id="r-1"), CODES, attempts=3)
    assert type(error) is Gone
    assert (error.code, error.status, error.title, error.detail) == ("GONE", 404, "Gone", "It is gone.")
    assert (error.request_id, error.operation, error.attempts) == ("r-1", "things.get", 3)
    assert error.errors == (FieldError("/items/0", "is missing"),)
    assert (error.failure.problem.type, error.failure.problem.instance) == (body["type"], body["instance"])
    assert error.raw == body
    assert str(error) == "things.get: 404 GONE - It is gone. (request r-1)\n  /items/0: is missing"


@pytest.mark.parametrize(
    ("body", "detail", "code"),
    [
        ({"detail": "Not authenticated"}, "Not authenticated", None),
        ({"error": "boom"}, "boom", None),
        ({"error": {"code": "E1", "message": "boom"}}, "boom", "E1"),
        ({"error": {"code": 17, "message": "boom"}}, "boom", "17"),
        ({"message": "boom", "code": "E1"}, "boom", "E1"),
        ({}, "Unprocessable Entity", None),
        ({"title": "Boom"}, None, None),
        (["boom"], "Unprocessable Entity", None),
        ("boom", "boom", None),
        (None, "Unprocessable Entity", None),
        (b"", "Unprocessable Entity", None),
        (b"<html><head><title>502 Bad\n Gateway</title></head></html>", "502 Bad\n Gateway", None),
        (b"upstream \xff broke", "upstream \ufffd broke", None),
        ({"detail": True, "code": ["x"]}, "Unprocessable Entity", None),
    ],
)
def test_any_other_form_of_failure_is_read_as_far_as_it_goes(body: Any, detail: str | None, code: str | None) -> None:
    problem = read_problem(answer(body))
    # Python 3.13 renamed the phrase.
    assert (problem.detail or "").replace("Unprocessable Content", "Unprocessable Entity") == (detail or "")
    assert problem.code == code


def test_the_places_that_fastapi_names_are_pointers() -> None:
    body = {
        "detail": [
            {"loc": ["body", "items", 0, "price"], "msg": "too small", "input": 0},
            {"loc": ["query", "li/mit"], "msg": "too big"},
            {"loc": ["body"]},
        ]
    }
    problem = read_problem(answer(body))
    assert problem.errors == (FieldError("/items/0/price", "too small"), FieldError("/query/li~1mit", "too big"))
    assert problem.raw == body


@pytest.mark.parametrize(
    ("code", "status", "found"),
    [
        ("GONE", 404, Gone),
        ("GONE", 422, GoneInBody),
        ("GONE", 418, Gone),
        ("NEW", 404, errors.NotFoundError),
        (None, 409, errors.ConflictError),
        (None, 502, errors.ServerError),
        (None, 418, errors.ApiError),
        ("NEW", 302, errors.ApiError),
    ],
)
def test_the_class_is_that_of_the_code_or_else_of_the_status(
    code: str | None, status: int, found: type[errors.ApiError]
) -> None:
    assert error_class(CODES, code, status) is found


def test_what_the_answer_repeats_of_the_requests_secrets_is_hidden() -> None:
    secrets = frozenset({"correct horse", "123", "4111111111111111"})
    body = {
        "detail": [{"loc": ["body", "cvv"], "msg": "no", "input": {"cvv": "123", "n": 123, "ok": True, "id": "12345"}}],
        "card 4111111111111111 of correct horse": None,
    }
    error = api_error("things.create", answer(body, 422, x_echo="token correct horse"), CODES, secrets=secrets)
    told = repr(error.raw) + str(error) + repr(error.headers)
    assert "correct horse" not in told
    assert "4111111111111111" not in told
    assert error.raw["detail"][0]["input"] == {"cvv": "**********", "n": "**********", "ok": True, "id": "12345"}
    html = read_problem(answer(b"<title>correct horse</title>"), secrets)
    assert "correct" not in repr(html)


def test_a_status_without_a_phrase_says_nothing() -> None:
    assert read_problem(answer(b"", 599)).detail is None
