import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import commerce_sdk

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return done.stdout.strip()


def test_importing_it_brings_nothing_heavy() -> None:
    loaded = python("import sys, commerce_sdk; print(*sys.modules)").split()
    assert not {"httpx", "pydantic", "httpcore", "asyncio", "anyio", "logging", "ssl", "email"} & set(loaded)


def test_a_client_is_made_without_httpx_and_pydantic_too() -> None:
    loaded = python("import sys, commerce_sdk; commerce_sdk.Commerce(token='t').orders; print(*sys.modules)").split()
    assert not {"httpx", "pydantic", "httpcore", "asyncio", "anyio"} & set(loaded)


def test_a_call_brings_only_the_models_of_its_own_service() -> None:
    code = """
import sys
from commerce_sdk import Commerce, Response
class Offline:
    def send(self, request):
        return Response(200, {}, b'{"orders": [], "total": 0, "limit": 10, "offset": 0}')
Commerce(transport=Offline()).orders.list_for_user("u")
print(*sys.modules)
"""
    loaded = set(python(code).split())
    assert "commerce_sdk._generated.models.orders" in loaded
    assert not {"commerce_sdk._generated.models.payments", "commerce_sdk._generated.models.users", "httpx"} & loaded


def test_every_public_name_is_there() -> None:
    for name in commerce_sdk.__all__:
        assert getattr(commerce_sdk, name) is not None
    assert set(commerce_sdk.__all__) == set(dir(commerce_sdk))


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = commerce_sdk.Nothing


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert commerce_sdk.__version__ == project["version"]
