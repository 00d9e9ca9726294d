"""Formatting by ruff."""

import sys
from pathlib import Path

import pytest

from commerce_cli.generate import formatting
from commerce_cli.generate.modelling import GeneratorFailedError


def test_unused_imports_go_and_lines_are_laid() -> None:
    done = formatting.formatted(
        {"deep/a.py": "import re, os\nfrom typing import Any\nx: Any = os.sep\n", "b.py": "y='1'\n"}
    )
    assert done == {
        "deep/a.py": "import os\nfrom typing import Any\n\nx: Any = os.sep\n",
        "b.py": 'y = "1"\n',
    }


def test_code_that_is_none_is_a_clear_failure() -> None:
    with pytest.raises(GeneratorFailedError, match=r"ruff format failed: (?s:.*)a\.py"):
        formatting.formatted({"a.py": "def ("})


def test_without_ruff_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GeneratorFailedError, match=r'ruff is not installed: pip install "commerce-sdk\[generate\]"'):
        formatting.formatted({"a.py": ""})


def test_ruff_is_also_found_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = formatting.executable()
    monkeypatch.setenv("PATH", str(Path(found).parent))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert Path(formatting.executable()) == Path(found)
