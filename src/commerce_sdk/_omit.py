"""The value of an optional argument that was not given, where `None` would mean the JSON null."""

from enum import Enum
from typing import Final


class Omit(Enum):
    """The type of `OMIT`; it has that one value, for good."""

    OMIT = "omit"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "OMIT"


OMIT: Final = Omit.OMIT
