"""`commerce-mock replay`: what was recorded is asked again, and what came of it is told."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from commerce_cli.mock import main
from harness.platform import Platform
from harness.server import served


@pytest.fixture(scope="module")
def bundle() -> Any:
    platform = Platform(judged=False)
    platform.post("admin", "/__admin/recordings/start")
    platform.paid(platform.register())
    return platform.post("admin", "/__admin/recordings/stop").json


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["replay", *arguments])
    out, err = capsys.readouterr()
    return end.value.code, out, err


def write(path: Path, content: Any) -> str:
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return str(path)


def test_the_same_is_exit_code_0(bundle: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, write(tmp_path / "bundle.json", bundle))
    assert (code, err) == (0, "")
    assert out == f"identical to the byte: 5 requests, 5 events, sha256 {bundle['sha256']}\n"


def test_a_difference_is_exit_code_1_with_its_place_and_both_sides(
    bundle: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = orjson.loads(orjson.dumps(bundle))
    spoilt["requests"][1]["answer"]["body"]["status"] = "shipped"
    code, out, err = run(capsys, write(tmp_path / "bundle.json", spoilt))
    assert code == 1
    assert out.splitlines() == [
        "differs in request 2, POST /api/orders",
        "  at        /answer/body/status",
        '  recorded  "shipped"',
        '  replayed  "pending"',
        "the same before: 1 request, 1 event",
    ]
    assert err == "note: the answers or events in it were changed after it was recorded\n"


def test_a_difference_after_the_last_request_is_told_so(
    bundle: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = {**bundle, "last": {**bundle["last"], "events": [bundle["requests"][0]["events"][0]]}}
    code, out, _ = run(capsys, write(tmp_path / "bundle.json", spoilt))
    assert code == 1
    assert out.startswith("differs after the last request\n  at        /events/0\n")
    assert "  replayed  nothing\n" in out


def test_it_reads_standard_input(
    bundle: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(orjson.dumps(bundle))))
    assert run(capsys, "-")[0] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "this is no JSON"),
        (b"[]", "it is no recording"),
        (b'{"format": "commerce-mock/recording", "version": 2}', "this mock replays version 1"),
        (b'{"format": "commerce-mock/recording", "version": 1}', "is required"),
    ],
)
def test_what_cannot_be_replayed_is_one_line_and_exit_code_2(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "bundle.json", content)
    code, out, err = run(capsys, path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"commerce-mock: {path}:")
    assert said in err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, str(tmp_path / "nothing.json"))
    assert (code, err) == (2, f"commerce-mock: {tmp_path / 'nothing.json'}: No such file or directory\n")


def test_another_contract_is_told_beside_what_differs(
    bundle: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "bundle.json", {**bundle, "contract": "0" * 64})
    code, _, err = run(capsys, path)
    assert (code, err) == (0, "note: the contract is another one than that which was recorded\n")


def test_a_mock_that_runs_replays_it_beside_its_worlds(
    bundle: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = orjson.loads(orjson.dumps(bundle))
    spoilt["requests"][1]["answer"]["body"]["status"] = "shipped"
    good, other, wrong = (
        write(tmp_path / f"{number}.json", content)
        for number, content in enumerate([bundle, spoilt, {**bundle, "began": {}}])
    )
    with served(admin_token="a-token-of-the-tests") as mock:
        there = ["--url", mock.urls["admin"], "--admin-token", "a-token-of-the-tests"]
        code, out, err = run(capsys, good, *there)
        assert (code, err) == (0, "")
        assert out == f"identical to the byte: 5 requests, 5 events, sha256 {bundle['sha256']}\n"
        code, out, err = run(capsys, other, *there)
        assert code == 1
        assert out.splitlines()[:3] == [
            "differs in request 2, POST /api/orders",
            "  at        /answer/body/status",
            '  recorded  "shipped"',
        ]
        assert err == "note: the answers or events in it were changed after it was recorded\n"
        code, _, err = run(capsys, wrong, *there)
        assert (code, err.count("\n")) == (2, 1)
        assert err.startswith(f"commerce-mock: {wrong}: ")
        code, _, err = run(capsys, good, "--url", mock.urls["admin"])
        assert (code, "401" in err) == (2, True)
        code, _, err = run(capsys, good, *there, "--contract", ".")
        assert (code, "--contract goes without --url" in err) == (2, True)
    code, _, err = run(capsys, good, *there)
    assert (code, "no mock answers at" in err) == (2, True)
