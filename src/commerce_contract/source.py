"""Where something stands in the documents, and what is wrong with it there."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document: the file relative to the contract's root, a JSON pointer, line and column from 1."""

    file: str
    pointer: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line} #{self.pointer}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a contract is refused: where, what is wrong, and what to do about it."""

    location: Location
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message}. {self.hint}{'' if self.hint.endswith('?') else '.'}"


class ContractError(Exception):
    """The documents cannot be honoured; `faults` holds every reason, in the order of files and lines.

    `root` is the directory that the files of the faults are relative to.
    """

    def __init__(self, faults: Iterable[Fault], root: Path) -> None:
        self.faults = tuple(sorted(set(faults), key=_reading_order))
        self.root = root
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["ContractError"], tuple[tuple[Fault, ...], Path]]:
        return type(self), (self.faults, self.root)


def _reading_order(fault: Fault) -> tuple[str, int, int, str, str]:
    where = fault.location
    return where.file, where.line, where.column, where.pointer, fault.message
