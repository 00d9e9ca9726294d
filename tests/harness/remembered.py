"""The platform's own documents, read once a test process, for tests of what reads them anew at every start."""

import os
from pathlib import Path

import pytest

from commerce_contract import Contract, load
from harness.platform import contract


def remember(patch: pytest.MonkeyPatch, *homes: str) -> None:
    """Let modules take the platform's own contract from memory; any other is read as ever.

    `homes` are the modules that call `load` by that name. To read the platform's documents takes longer than most of
    the tests that start a command or a run, and what comes of it does not change.
    """
    for home in homes:
        patch.setattr(f"{home}.load", _load)


def _load(directory: Path | None = None) -> Contract:
    return contract() if directory is None and not os.environ.get("COMMERCE_CONTRACT") else load(directory)
