"""What a log is told of a failure: everything but the secrets that its messages quote."""

import traceback
from typing import NoReturn

import orjson
import pytest

from commerce_mock.secrecy import redacted
from commerce_mock.wire import Request
from harness.platform import Platform

CARD, CVV = "4929123456781111", "9731"


def test_a_failure_before_the_body_could_be_read_is_told_without_the_token() -> None:
    request = Request("GET", "/x", headers={b"authorization": b"Bearer canary"}, body=b"{")
    operation = Platform().contract.operations["users.create"]
    for known in (None, operation):
        text = _told(redacted(KeyError("Bearer canary"), request, known))
        assert "canary" not in text
        assert "KeyError" in text


@pytest.mark.parametrize("header", [b"authorization", b"x-mock-admin-token"])
def test_no_token_of_a_header_is_told(header: bytes) -> None:
    text = _told(redacted(KeyError("the canary sings"), Request("GET", "/x", headers={header: b"canary"}), None))
    assert "canary" not in text


def test_a_failure_with_a_list_of_secrets_is_told_without_any_of_them() -> None:
    operation = Platform().contract.operations["payments.create"]
    body = {"paymentMethod": {"cvv": CVV, "cardNumber": int(CARD)}, "items": [CVV]}
    text = _told(redacted(KeyError(body), Request("POST", "/x", body=orjson.dumps(body)), operation))
    assert CVV not in text
    assert CARD not in text


def test_the_causes_of_a_failure_are_told_without_secrets_too() -> None:
    def fail() -> NoReturn:
        try:
            raise KeyError("canary")  # noqa: TRY301 - a failure with causes is what is tested
        except KeyError as error:
            try:
                raise TypeError("canary")  # noqa: TRY301 - the same
            except TypeError:
                raise ValueError("canary") from error

    request = Request("GET", "/x", headers={b"authorization": b"Bearer canary"})
    with pytest.raises(ValueError, match="canary") as caught:
        fail()
    text = _told(redacted(caught.value, request, None))
    assert text.count("***") == 2
    assert text.count("canary") == 2  # the source lines
    assert "KeyError: '***'" in text
    assert "The above exception was the direct cause" in text


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
