"""What the tests of the suite share."""

import pytest

from harness.remembered import remember


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own documents are read once."""
    remember(monkeypatch, "commerce_conformance.options", "commerce_conformance.pytest_plugin")
