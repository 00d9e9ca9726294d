"""The wheel is built from this checkout, and its size and the client's share are told."""

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from benchmarks.bench import Bench
from benchmarks.gates import GATES
from benchmarks.sdk import wheel as measured
from benchmarks.sdk.wheel import weigh, wheel


def pack(file: Path) -> None:
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr("commerce_sdk/__init__.py", b"1" * 3_000)
        archive.writestr("commerce_sdk-0.1.0.dist-info/RECORD", b"2" * 500)
        archive.writestr("commerce_mock/engine.py", b"3" * 5_000)


def test_a_wheel_is_weighed_in_thousands_of_bytes_with_the_clients_share(tmp_path: Path) -> None:
    pack(tmp_path / "some.whl")
    whole, client = weigh(tmp_path / "some.whl")
    assert whole == (tmp_path / "some.whl").stat().st_size / 1_000
    assert client == 3.0


def test_the_wheel_of_this_checkout_alone_is_built_and_judged(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def build(command: list[str], core: int | None) -> None:
        commands.append(command)
        assert core is bench.load_core
        directory = Path(command[command.index("--wheel-dir") + 1])
        directory.mkdir()
        pack(directory / "some.whl")

    monkeypatch.setattr(measured, "run", build)
    figures = {figure.key: figure.subject.median for figure in wheel(bench)}
    assert {gate.figure for gate in GATES if gate.figure.startswith("sdk.wheel.")} <= set(figures)
    assert figures["sdk.wheel.client"] == 3.0
    (command,) = commands
    assert command[1:5] == ["-m", "pip", "wheel", "--no-deps"]
    assert Path(command[-1], "pyproject.toml").is_file()
