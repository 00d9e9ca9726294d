"""What the storefront needs around it: a browser, the mock and the server of its page, each on a free port."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.browser import find_chromium
from harness.command import BIN, Running, serving
from harness.platform import contract

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium. Skips where it or its driver is not installed; in CI that is a failure."""
    return find_chromium()


@pytest.fixture(scope="module")
def platform() -> Iterator[Running]:
    """A mock whose clock stands still."""
    with serving("--clock", "frozen", "--log", "off", services=list(contract().services)) as running:
        yield running


@pytest.fixture(scope="module")
def environment(chromium: str, platform: Running) -> Iterator[dict[str, str]]:
    """The variables with which the page's server and its tests find browser, mock and page."""
    urls = {f"COMMERCE_{name.upper()}_URL": url for name, url in platform.urls.items()}
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    # Workers of a run that this test is part of are none of the run that it starts.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    variables = {**inherited, **urls, "CHROMIUM": chromium, "PATH": path}
    command = [sys.executable, str(STOREFRONT / "serve.py"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as server:  # noqa: S603 - our own
        try:
            assert server.stdout is not None
            yield {**variables, "STOREFRONT_URL": server.stdout.readline().strip()}
        finally:
            server.kill()
