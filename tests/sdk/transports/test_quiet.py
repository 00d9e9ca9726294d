import logging

import httpcore
import pytest

from sdk.carriers import CARRIERS, get
from sdk.wire import answer, serving

SECRET = "canary-5"


def test_httpcores_log_says_what_happened_and_nothing_of_the_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "httpcore.http11")
    with serving(answer(b"", f"X-Echo: {SECRET}")) as wire:
        CARRIERS["httpx"].one(get(wire.url + "/"))
    assert "receive_response_headers.complete" in caplog.messages
    assert SECRET not in caplog.text


def test_the_log_of_others_stays_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "httpcore.http11")
    with serving(answer(b"", "X-Echo: theirs")) as wire, httpcore.ConnectionPool() as pool:
        pool.request("GET", wire.url + "/")
    assert "theirs" in caplog.text
