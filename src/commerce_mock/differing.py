"""Where two JSON values differ first, to the byte: by pointer, with both sides."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from commerce_contract.pointer import join


class Absent:
    """Stands for a side that has nothing at a place."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()
LONGEST: Final = 400  # characters of a side that are told


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ; `expected` and `got` are what stands there, `ABSENT` where nothing does."""

    pointer: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: expected {self.side(self.expected)}, got {self.side(self.got)}"

    @staticmethod
    def side(value: Any) -> str:
        """One side as a person reads it: JSON, cut where it is long."""
        text = repr(value) if value is ABSENT else orjson.dumps(value).decode()
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def first_difference(expected: Any, got: Any, pointer: str = "") -> Difference | None:
    """The first place, in the order of the expected value; None where both are written to the same bytes."""
    if orjson.dumps(expected) == orjson.dumps(got):
        return None
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in dict.fromkeys([*expected, *got]):
            one, other = expected.get(name, ABSENT), got.get(name, ABSENT)
            found = _between(one, other, join(pointer, name))
            if found is not None:
                return found
        return Difference(pointer, list(expected), list(got))  # the same members in another order
    if isinstance(expected, list) and isinstance(got, list):
        for index in range(max(len(expected), len(got))):
            one, other = (side[index] if index < len(side) else ABSENT for side in (expected, got))
            found = _between(one, other, join(pointer, index))
            if found is not None:
                return found
    return Difference(pointer, expected, got)


def _between(expected: Any, got: Any, pointer: str) -> Difference | None:
    if expected is ABSENT or got is ABSENT:
        return Difference(pointer, expected, got)
    return first_difference(expected, got, pointer)
