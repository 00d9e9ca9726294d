"""What the generator makes of the platform's own documents, and of a document that a test writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commerce_cli.generate.build import Build, build
from commerce_cli.generate.package_reading import Reading, read
from commerce_contract import Contract, load

ROOT = Path(__file__).parents[3]
ReadText = Callable[[str], Reading]


@pytest.fixture(scope="session")
def platform() -> Contract:
    """The platform's own contract."""
    return load(ROOT)


@pytest.fixture(scope="session")
def made(platform: Contract) -> Build:
    """The platform's client, fresh."""
    return build(platform, "Commerce", lambda _: None)


@pytest.fixture(scope="session")
def reading(platform: Contract) -> Reading:
    """The platform's contract as the generator reads it."""
    return read(platform, "Commerce")


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Reads the paths and components of an OpenAPI document as the generator does; the service is `shop`."""

    def reader(text: str) -> Reading:
        path = tmp_path / "shop.yaml"
        path.write_text(f"openapi: 3.1.0\ninfo: {{title: Shop, version: '1'}}\n{text}", encoding="utf-8")
        return read(load(path), "Shop")

    return reader
