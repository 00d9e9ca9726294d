"""A tiny valid contract, and what `load` says when something in it is changed."""

from pathlib import Path
from typing import NamedTuple

import pytest

from commerce_contract import Contract, ContractError, load

TINY = Path(__file__).parent / "tickets"
TICKETS = "openapi/tickets.yaml"
COMMON = "openapi/common.yaml"
EVENTS = "asyncapi/tickets.yaml"
MAIL = "asyncapi/mail.yaml"

Edit = tuple[str, str, str]
"""A file of the tiny contract, a text that stands in it once, and what to write instead."""


class Refused(NamedTuple):
    """What is wrong with a contract, the edits that make it so, and every fault that must be told, word for word.

    A fault is its place, its message and its hint.
    """

    what: str
    edits: list[Edit]
    faults: list[tuple[str, str, str]]

    def __str__(self) -> str:
        return self.what


def changed(directory: Path, *edits: Edit) -> Path:
    """A copy of the tiny contract in `directory` with these edits made, in order."""
    for source in TINY.glob("*/*.yaml"):
        target = directory / source.relative_to(TINY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    for file, old, new in edits:
        text = (directory / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (directory / file).write_text(text.replace(old, new), encoding="utf-8")
    return directory


def tiny(directory: Path, *edits: Edit) -> Contract:
    """The tiny contract with these edits made."""
    return load(changed(directory, *edits))


def faults(directory: Path, *edits: Edit) -> list[tuple[str, str, str]]:
    """Everything that is wrong with the tiny contract once these edits are made."""
    with pytest.raises(ContractError) as refused:
        tiny(directory, *edits)
    return [(str(fault.location), fault.message, fault.hint) for fault in refused.value.faults]
