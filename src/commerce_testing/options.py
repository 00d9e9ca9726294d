"""What a project and a test ask of the plugin: ini options and the marker `commerce`. Imports nothing of the mock."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

MARKER: Final = "commerce"
CONTRACT: Final = "commerce_contract"
SCENARIO: Final = "commerce_scenario"
DEFAULT_SCENARIO: Final = "empty"
_KINDS: Final[Mapping[str, type]] = {"scenario": str, "seed": int, "now": str}


def declare(parser: pytest.Parser) -> None:
    """Let pytest know the ini options."""
    contract = "directory with the OpenAPI and AsyncAPI documents of the mock; default is the packaged contract"
    parser.addini(CONTRACT, contract, type="string", default="")
    scenario = "what each world begins with: a scenario of the mock or a YAML file"
    parser.addini(SCENARIO, scenario, type="string", default=DEFAULT_SCENARIO)


def contract_directory(config: pytest.Config) -> Path | None:
    """The contract that the project names, None for the packaged one. Raises `UsageError`."""
    name = str(config.getini(CONTRACT))
    if not name:
        return None
    path = _place(config) / name
    if not path.exists():
        raise pytest.UsageError(f"{CONTRACT} = {name}: there is no {path}; name a directory of OpenAPI documents")
    return path


def setting(item: pytest.Item) -> dict[str, Any]:
    """What a test's world begins with; the marker nearest to the test wins. Raises `UsageError`."""
    asked: dict[str, Any] = {"scenario": item.config.getini(SCENARIO)}
    for marker in reversed(list(item.iter_markers(MARKER))):
        asked |= _checked(item, marker)
    asked["scenario"] = _scenario(item.config, asked["scenario"])
    return asked


def _checked(item: pytest.Item, marker: pytest.Mark) -> Mapping[str, Any]:
    where = f"{item.nodeid}: the marker {MARKER}"
    if marker.args:
        raise pytest.UsageError(f"{where} takes keywords only: {', '.join(_KINDS)}")
    for name, value in marker.kwargs.items():
        kind = _KINDS.get(name)
        if kind is None:
            raise pytest.UsageError(f"{where} has no {name!r}: it takes {', '.join(_KINDS)}")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise pytest.UsageError(f"{where}: {name} is of type {kind.__name__}, not {type(value).__name__}")
        if name == "now":
            _check_time(where, str(value))
    return marker.kwargs


def _check_time(where: str, text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise pytest.UsageError(f"{where}: now={text!r} is no ISO time, such as 2026-01-31T12:00:00Z") from None


def _scenario(config: pytest.Config, name: str) -> str:
    """A name as it is, a file as seen from the project."""
    return str(_place(config) / name) if Path(name).suffix in {".yaml", ".yml"} else name


def _place(config: pytest.Config) -> Path:
    return config.inipath.parent if config.inipath else config.rootpath
