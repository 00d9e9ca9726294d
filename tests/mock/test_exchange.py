"""One request while it is answered: the id that it is known by."""

import pytest

from commerce_mock.exchange import LONGEST_ID, LONGEST_PATH
from harness.platform import Platform
from harness.stage import Stage


@pytest.mark.parametrize("given", ["a", "3b241101-e2bb-4255-8caf-4136c566a962", "with space, comma", "x" * LONGEST_ID])
def test_the_client_s_request_id_is_taken_and_returned(given: str) -> None:
    platform = Platform()
    answer = platform.send("orders", "GET", "/health", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == given
    assert platform.world.journal.entries[-1].request_id == given


@pytest.mark.parametrize("given", ["", "x" * (LONGEST_ID + 1), "caf\xe9", "tab\there", "\x7f", "\x1b[31m"])
def test_a_request_id_that_is_unfit_for_headers_and_logs_is_replaced(given: str) -> None:
    answer = Platform().send("orders", "GET", "/health", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == "req-1"


def test_without_one_requests_are_numbered() -> None:
    platform = Platform()
    ids = [platform.get("orders", path).headers["x-request-id"] for path in ("/health", "/nowhere", "/ready")]
    assert ids == ["req-1", "req-2", "req-3"]


@pytest.mark.parametrize("name", ["orders.get", "orders.create", "users.create", "payments.circuit_breaker"])
def test_refusals_carry_the_request_id_too(name: str) -> None:
    stage = Stage()
    asked = stage.ask(name).but(query="odd=%zz", token=None, headers={"X-Request-Id": "mine"})
    answer = stage.send(asked)
    assert answer.status in (400, 401)
    assert answer.headers["x-request-id"] == "mine"


def test_the_journal_keeps_the_beginning_of_a_very_long_path() -> None:
    platform = Platform()
    platform.get("orders", "/" + "x" * 5000)
    assert len(platform.world.journal.entries[-1].path) == LONGEST_PATH
