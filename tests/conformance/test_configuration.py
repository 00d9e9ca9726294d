"""`conformance.toml`: what it may say, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from commerce_conformance.configuration import ConfigurationError, read
from commerce_conformance.profiles import PROFILES
from commerce_conformance.settings import Credentials, Hook, Settings

WHOLE = """
profile = "fastapi"
only = ["lifecycle", "auth"]
services = ["orders"]
events = "redis://localhost"
baseline = "known.json"
seed = 3
examples = 50
patience = 2.5
timeout = 3

[urls]
orders = "http://localhost:3001"

[credentials]
secret = "env:SECRET"

[hooks.verification_code]
url = "http://localhost:3010/__admin/inbox?user_id={user_id}"
pattern = "token is (\\\\S+)"
headers = { Authorization = "env:SECRET" }

[states."payments.failed".paymentMethod]
type = "credit_card"
"""


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "conformance.toml"
    path.write_text(content)
    return path


def test_a_file_says_what_a_run_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3")
    said = read(written(tmp_path, WHOLE))
    assert said.pop("baseline") == "known.json"
    settings = Settings(**said)
    assert settings.credentials == Credentials(secret="s3")
    assert settings.profile is PROFILES["fastapi"]
    assert settings.only == {"lifecycle", "auth"}
    assert (settings.seed, settings.examples, settings.patience, settings.timeout) == (3, 50, 2.5, 3)
    assert settings.states["payments.failed"] == {"paymentMethod": {"type": "credit_card"}}
    assert settings.hooks["verification_code"] == Hook(
        url="http://localhost:3010/__admin/inbox?user_id={user_id}",
        pattern=r"token is (\S+)",
        headers={"Authorization": "s3"},
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("profil = 'gin'", "profil: is no key of this file: there are urls,"),
        ("profile = 'rails'", "profile: 'rails' is none of strict, fastapi,"),
        ("profile = 3", "profile: must be a text"),
        ("seed = true", "seed: must be a whole number"),
        ("patience = 'long'", "patience: must be a number"),
        ("only = [1]", "only: must be a list of texts"),
        ("only = ", "is no TOML"),
        ("credentials = { secret = 3 }", "credentials.secret: must be a text"),
        ("credentials = { password = 'x' }", "credentials.password: must be a text under one of secret, token"),
        ("credentials = { secret = 'env:NOT_THERE' }", "credentials.secret: the environment has no NOT_THERE"),
        ("hooks = { code = 3 }", "hooks.code: must be a table of command, url"),
        ("hooks = { code = { } }", "hooks.code: needs one of `command` and `url`"),
        ("hooks = { code = { command = 'a', url = 'b' } }", "hooks.code: needs one of"),
        ("hooks = { code = { command = 'a', pattern = '(' } }", "hooks.code.pattern: missing )"),
    ],
)
def test_a_wrong_file_is_told_with_its_key(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(written(tmp_path, content))
    assert told in str(error.value)
    assert "conformance.toml" in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read(tmp_path / "none.toml")
