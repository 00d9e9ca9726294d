"""Whether there is anybody to test."""

import pytest

from commerce_conformance.probing import unreachable
from harness.meddling import meddled
from harness.platform import contract


def test_who_answers_is_there_also_with_an_error() -> None:
    with meddled() as urls:
        there = {"orders": urls["orders"] + "/", "users": urls["users"] + "/nobody/knows"}
        assert unreachable(contract(), there) == {}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://[", "http://a:b"])
def test_who_does_not_answer_is_told_with_the_reason(url: str) -> None:
    found = unreachable(contract(), {"orders": url})
    assert found["orders"].startswith(f"{url}/health: ")


def test_a_service_without_health_is_asked_at_its_root() -> None:
    assert unreachable(contract(), {"other": "http://127.0.0.1:1/"})["other"].startswith("http://127.0.0.1:1/: ")
