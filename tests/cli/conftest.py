"""What the tests of the commands share."""

import pytest

from harness.remembered import remember


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own documents are read once for all commands."""
    remember(monkeypatch, "commerce_cli.loading", "commerce_cli.generating", "commerce_conformance.options")
