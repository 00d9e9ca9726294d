"""How the command is kept from what others must not do: signing keys, and the token of the controls."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from commerce_cli.mock import main
from commerce_cli.serving import Options, serve_mock
from commerce_mock.engine import Engine
from commerce_mock.http.listening import Listener
from commerce_mock.wire import Request
from harness.command import BIN, serving
from harness.platform import contract

EVERYWHERE = "0.0.0.0"  # noqa: S104 - where the mock is guarded
LONG = "x" * 32
TOKEN = "an-admin-token-of-the-tests"
ORDER = "/api/orders/order-124"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    return end.value.code, out, err


def pem(path: Path, bits: int = 2048) -> str:
    key = rsa.generate_private_key(65537, bits)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(path)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Engine]]:
    """Instead of serving, the engine is told that would serve."""
    started: list[Engine] = []

    def serve(engine: Engine, listeners: list[Listener], *, ready: Callable[[], None], jobs: list[Any]) -> None:
        assert listeners
        assert jobs == []
        ready()
        started.append(engine)

    monkeypatch.setattr("commerce_cli.serving.serve", serve)
    monkeypatch.setattr("commerce_cli.serving.log.install", lambda _: None)
    yield started
    assert len(started) == 1


def options(**changes: Any) -> Options:
    plain: dict[str, Any] = {
        "host": "127.0.0.1", "ports": (), "gateway": 0, "contract": None, "scenario": None, "seed": 0, "auth": True,
        "clock": "frozen", "payment_delay": 1.0, "strict": False, "watch": False, "log": "off", "world_idle": "1h",
        "jwt_secret": LONG,
    }  # fmt: skip
    return Options(**{**plain, **changes})


def status(engine: Engine, **headers: str) -> int:
    given = {name.replace("_", "-").encode(): text.encode() for name, text in headers.items()}
    return engine.answer(Request("GET", "/__admin/clock", b"", given, b"", "admin")).status


def test_where_other_machines_listen_a_token_is_made_and_told_once(
    engines: list[Engine], capsys: pytest.CaptureFixture[str]
) -> None:
    serve_mock(options(host=EVERYWHERE))
    out, err = capsys.readouterr()
    found = re.fullmatch(r"Other machines reach /__admin with this token, as X-Mock-Admin-Token:\n(\S{32})\n\n", err)
    assert found is not None
    assert found[1] not in out
    assert [status(engines[0]), status(engines[0], x_mock_admin_token=found[1])] == [401, 200]


def test_a_token_that_is_given_is_asked_for_everywhere_and_not_told(
    engines: list[Engine], capsys: pytest.CaptureFixture[str]
) -> None:
    serve_mock(options(admin_token=TOKEN))
    out, err = capsys.readouterr()
    assert TOKEN not in out + err
    assert [status(engines[0]), status(engines[0], authorization=f"Bearer {TOKEN}")] == [401, 200]


def test_on_this_machine_nothing_is_asked_for(engines: list[Engine], capsys: pytest.CaptureFixture[str]) -> None:
    serve_mock(options())
    assert "Admin-Token" not in capsys.readouterr().err
    assert status(engines[0]) == 200


def test_two_starts_make_two_tokens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("commerce_cli.serving.serve", lambda *_args, **_named: None)
    monkeypatch.setattr("commerce_cli.serving.log.install", lambda _: None)
    told = set()
    for _ in range(2):
        serve_mock(options(host=EVERYWHERE))
        told.add(capsys.readouterr().err)
    assert len(told) == 2


@pytest.mark.parametrize("token", ["short", "with a space in the middle", "x" * 257, "ümlaut-ümlaut-ümlaut"])
def test_a_token_that_no_header_can_carry_or_anyone_guesses_is_refused(
    token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "serve", "--admin-token", token)
    assert code == 2
    assert err.startswith("commerce-mock: --admin-token: give 16 to 256 ")
    assert token not in err


def test_the_options_show_no_token() -> None:
    assert "canary" not in repr(options(admin_token="canary", jwt_secret="canary"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("serve", "--host", EVERYWHERE, "--jwt-algorithm", "RS256"),
            "a key that is made from the seed can be made by",
        ),
        (("serve", "--jwt-key", "KEY"), "a key signs with RS256: add --jwt-algorithm RS256, or leave the key out"),
        (("token", "--jwt-key", "KEY"), "a key signs with RS256"),
        (("token", "--jwt-algorithm", "RS256", "--jwt-key", "/nowhere.pem"), "No such file or directory"),
        (("token", "--jwt-algorithm", "RS256", "--jwt-key", "SHORT"), "no RSA private key of 2048 bits or more"),
        (("token", "--jwt-algorithm", "RS256", "--jwt-key", "TEXT"), "this is no PEM file"),
        (("token", "--jwt-algorithm", "none"), "Invalid value for '--jwt-algorithm'"),
    ],
)
def test_keys_that_cannot_sign_or_protect_are_refused(
    arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text"
    text.write_bytes("schlüssel".encode())
    files = {"KEY": str(tmp_path / "key.pem"), "TEXT": str(text)}
    if "SHORT" in arguments:
        files["SHORT"] = pem(tmp_path / "short.pem", 1024)
    code, out, err = run(capsys, *(files.get(word, word) for word in arguments))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_with_a_key_of_its_own_it_listens_for_others(engines: list[Engine], tmp_path: Path) -> None:
    key = Path(pem(tmp_path / "key.pem"))
    serve_mock(options(host=EVERYWHERE, jwt_secret=None, jwt_algorithm="RS256", jwt_key=key))
    assert engines[0].key.algorithm == "RS256"


@pytest.mark.parametrize("own", [False, True], ids=["seeded", "own key"])
def test_tokens_of_the_command_are_verified_by_the_published_key_and_by_the_mock(
    own: bool,  # noqa: FBT001 - a parameter
    tmp_path: Path,
) -> None:
    flags = ["--jwt-algorithm", "RS256", "--seed", "7"]
    if own:
        flags += ["--jwt-key", pem(tmp_path / "key.pem")]
    with serving("--clock", "frozen", "--log", "off", *flags, services=list(contract().services)) as mock:
        made = subprocess.run([BIN / "commerce-mock", "token", *flags], capture_output=True, text=True, check=True)  # noqa: S603 - our own command
        token = made.stdout.strip()
        for service, url in mock.urls.items():
            keys = jwt.PyJWKClient(f"{url}/.well-known/jwks.json")
            claims = jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"])
            assert claims["role"] == "customer", service
        answer = httpx.get(f"{mock.urls['orders']}{ORDER}", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        printed = re.search(r"export TOKEN=(\S+)", mock.printed)
        assert printed is not None
        answer = httpx.get(f"{mock.urls['orders']}{ORDER}", headers={"authorization": f"Bearer {printed[1]}"})
        assert answer.status_code == 200
        issued = httpx.post(f"{mock.urls['admin']}/__admin/tokens", json={"user_id": "me", "role": "admin"}).json()
        answer = httpx.get(f"{mock.urls['orders']}{ORDER}", headers={"authorization": f"Bearer {issued['token']}"})
        assert answer.status_code == 200


def test_over_http_pages_and_health_stay_open_and_browsers_may_ask() -> None:
    with serving("--log", "off", "--admin-token", TOKEN, services=list(contract().services)) as mock:
        admin = mock.urls["admin"]
        paths = ["/__admin/clock", "/__admin/health", "/docs", "/openapi.json", "/.well-known/jwks.json"]
        assert [httpx.get(f"{admin}{path}").status_code for path in paths] == [401, 200, 200, 200, 200]
        asks = {"origin": "http://localhost:5173", "access-control-request-method": "GET"}
        allowed = httpx.options(
            f"{admin}/__admin/clock", headers={**asks, "access-control-request-headers": "x-mock-admin-token"}
        )
        assert allowed.headers["access-control-allow-headers"] == "x-mock-admin-token"
        let_in = httpx.get(f"{admin}/__admin/clock", headers={"x-mock-admin-token": TOKEN})
        assert let_in.status_code == 200
