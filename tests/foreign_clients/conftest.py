"""Clients of contracts that are not ours, made once a test process."""

import sys
from collections.abc import Iterator

import pytest

from foreign_clients.clients import Clients


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """The packages, importable while the tests run."""
    made = Clients(tmp_path_factory.mktemp("clients"))
    sys.path.insert(0, str(made.directory))
    yield made
    sys.path.remove(str(made.directory))
