"""What the tests of the contract's reader share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commerce_contract import Contract, Schema, load
from commerce_contract.compiled import Compiler
from commerce_contract.library import Library
from commerce_contract.schema import Schemas

SchemaOf = Callable[..., Schema]


@pytest.fixture(scope="session")
def platform() -> Contract:
    """The platform's own contract."""
    return load(Path(__file__).parents[2])


@pytest.fixture
def schema_of(tmp_path: Path) -> SchemaOf:
    """Makes the schema at `pointer` of a text that stands in `components/schemas` of one document."""

    def make(text: str, pointer: str = "/components/schemas/It") -> Schema:
        indented = "\n".join(f"    {line}" for line in text.splitlines())
        path = tmp_path / "schemas.yaml"
        path.write_text(f"components:\n  schemas:\n{indented}\n", encoding="utf-8")
        library = Library(tmp_path)
        node = library.resolve(library.open(path), f"#{pointer}")
        assert not library.faults
        assert node is not None
        return Schemas(Compiler(library)).at(node)

    return make
