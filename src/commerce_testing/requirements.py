"""What fixtures cannot do without: a refusal is one text that says what to do, without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import pytest

_OURS: Final = ("commerce_sdk", "commerce_testing")


def refuse(message: str) -> NoReturn:
    """Fail the test that asked for a fixture."""
    raise pytest.fail.Exception(message, pytrace=False) from None


@contextmanager
def needs(what: str) -> Iterator[None]:
    """Around imports: where a package is missing, the test fails with `what` to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in _OURS:
            raise
        refuse(f"this fixture needs {package}, which is not installed: pip install '{what}'")
