from typing import Any

import pytest

from commerce_sdk._errors import InvalidRequestError
from sdk.scripted import ScriptedTransport, client


def test_the_environment_says_where_services_are_and_who_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THINGS_THINGS_URL", "https://things.example/v2/")
    monkeypatch.setenv("THINGS_TOKEN", "from-environment")
    core = client(ScriptedTransport(), urls={"things": (None, "http://localhost:1")}).core
    assert core.url("things") == "https://things.example/v2"
    assert core.tokens.current == "from-environment"
    given = client(ScriptedTransport(), urls={"things": ("http://mine", "http://localhost:1")}, token="mine").core
    assert (given.url("things"), given.tokens.current) == ("http://mine", "mine")


def test_without_both_the_contract_says_where_services_are() -> None:
    core = client(ScriptedTransport(), urls={"things": (None, "http://localhost:1")}).core
    assert core.url("things") == "http://localhost:1"
    assert not core.tokens.given


@pytest.mark.parametrize(
    "url",
    ["localhost:3001", "ftp://x", "http://", "http://a?b", "http://a#b", "http://u:p@a", "http://a:x", "http://[", "/"],
)
def test_a_url_that_is_none_is_refused_and_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequestError, match="things_url must be a URL like") as caught:
        client(ScriptedTransport(), urls={"things": (url, "")})
    assert "u:p" not in str(caught.value)
    monkeypatch.setenv("THINGS_THINGS_URL", url)
    with pytest.raises(InvalidRequestError, match="THINGS_THINGS_URL must be"):
        client(ScriptedTransport(), urls={"things": (None, "")})


def test_a_service_that_nobody_placed_is_told_when_it_is_called() -> None:
    core = client(ScriptedTransport(), urls={"things": (None, "")}).core
    with pytest.raises(InvalidRequestError, match=r"give things_url=\.\.\., or set THINGS_THINGS_URL"):
        core.url("things")


@pytest.mark.parametrize("settings", [{"timeout": 0}, {"timeout": -1}, {"max_retries": -1}])
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="timeout must be positive"):
        client(ScriptedTransport(), **settings)


def test_a_client_shows_where_its_services_are_and_no_token() -> None:
    assert repr(client(ScriptedTransport(), token="s3cret")) == "<Client things=http://things.test/base>"


def test_headers_of_a_client_are_checked_when_it_is_made() -> None:
    with pytest.raises(InvalidRequestError, match="the header X-A must be visible") as caught:
        client(ScriptedTransport(), headers={"X-A": "s3cret\nX-B: c"})
    assert "s3cret" not in str(caught.value)
    with pytest.raises(InvalidRequestError, match="cannot be the name of a header"):
        client(ScriptedTransport(), headers={"X A": "b"})
