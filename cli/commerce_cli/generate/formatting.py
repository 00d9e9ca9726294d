"""The form of generated code, by ruff: unused imports out, imports sorted, lines laid."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from commerce_cli.generate.modelling import GeneratorFailedError

# Nobody's own settings: the same text everywhere.
_STYLE: Final = ("--isolated", "--no-cache", "--target-version=py311", "--line-length=120")
_FIXED: Final = ("F401", "I", "UP006", "Q000", "RUF022")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """The files, formatted. Raises GeneratorFailedError."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _ruff(
            "check",
            "--fix",
            "--exit-zero",
            f"--select={','.join(_FIXED)}",
            "--config=lint.isort.known-first-party=['commerce_sdk']",
            place=root,
        )
        _ruff("format", place=root)
        return {name: (root / name).read_text(encoding="utf-8") for name in files}


def _ruff(*arguments: str, place: Path) -> None:
    done = _run([executable(), arguments[0], *_STYLE, *arguments[1:], "."], place)
    if done.returncode:
        raise GeneratorFailedError(f"ruff {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")


def executable() -> str:
    """Where ruff is: beside the interpreter, else on the path. Raises GeneratorFailedError."""
    beside = shutil.which("ruff", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("ruff")
    if found is None:
        raise GeneratorFailedError('ruff is not installed: pip install "commerce-sdk[generate]"')
    return found


def _run(command: Sequence[str], place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=place)  # noqa: S603 - an executable that was looked up
