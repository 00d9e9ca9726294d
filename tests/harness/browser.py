"""The real browser that tests of pages drive."""

import os
import shutil
from typing import Never

import pytest


def find_chromium() -> str:
    """The path of a real Chromium. Skips where it or its driver is not installed; in CI that is a failure."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        _lacking("Chromium is not installed: apt-get install chromium")
    try:
        import playwright  # noqa: F401, PLC0415 - whether it is there
    except ModuleNotFoundError:
        _lacking("Playwright is not installed: pip install playwright")
    return path


def _lacking(reason: str) -> Never:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
