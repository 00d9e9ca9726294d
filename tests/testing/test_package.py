import subprocess
import sys

import pytest

import commerce_testing

HEAVY = ("httpx", "pydantic", "commerce_contract", "commerce_mock", "anyio", "respx", "uvicorn", "yaml")


@pytest.mark.parametrize("name", commerce_testing.__all__)
def test_every_name_leads_to_what_it_names(name: str) -> None:
    assert getattr(commerce_testing, name).__name__ == name
    assert name in dir(commerce_testing)


def test_a_name_that_there_is_not_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = commerce_testing.Nothing


def test_the_plugin_brings_nothing_that_takes_time_to_import() -> None:
    script = f"import sys, commerce_testing.plugin; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert ran.stdout.strip() == "[]"
