"""What the ways to print a checked contract have in common."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from commerce_contract import Contract, ContractError


@dataclass(frozen=True, slots=True)
class Report:
    """One way to print a result."""

    faults: Callable[[ContractError], str]
    summary: Callable[[Contract], str]


def shown_path(root: Path, file: str) -> Path:
    """A document's path as a person or a workflow, in the current directory, would write it."""
    path = root / file
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural but for one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
