"""Which tap a URL means, and what is said of one that means none."""

import importlib.util
from typing import Any

import pytest

from commerce_conformance.runner import Suite
from commerce_conformance.tap import SCHEMES, choosing, tap
from commerce_conformance.unreachable import UnreachableError
from harness.brokers import free_port
from harness.conforming import settings
from harness.platform import contract


@pytest.mark.parametrize("url", ["kafka://localhost", "localhost:6379", "", "redis://[nowhere"])
def test_what_is_no_address_of_events_is_said(url: str) -> None:
    with pytest.raises(UnreachableError, match="no address of events: write redis://"):
        tap(url, contract())


@pytest.mark.parametrize(("url", "package"), [("redis://localhost", "redis"), ("amqp://localhost", "aio_pika")])
def test_what_must_be_installed_is_said(monkeypatch: pytest.MonkeyPatch, url: str, package: str) -> None:
    def missing(name: str) -> Any:
        return None if name == package else importlib.util.find_spec(name)

    monkeypatch.setattr(choosing, "find_spec", missing)
    with pytest.raises(UnreachableError, match=rf"needs the package {package}: pip install 'commerce-sdk\[events\]'"):
        tap(url, contract())


def test_the_name_of_a_tap_has_no_password() -> None:
    listening = tap("redis://somebody:secret-7@localhost:6379/0", contract())
    assert listening.name == "redis://localhost:6379"
    listening.close()


def test_every_scheme_is_known() -> None:
    assert {"redis", "rediss", "amqp", "amqps", "http", "https"} <= set(SCHEMES)


def test_a_suite_that_cannot_listen_does_not_begin() -> None:
    with pytest.raises(UnreachableError):
        Suite(contract(), settings(events=f"redis://127.0.0.1:{free_port()}/0"))
