"""Versions of documents, as Semantic Versioning compares them."""

import re
from typing import Final

_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?")


def rose(old: str, new: str) -> bool:
    """Whether the newer version says that it may break: another major, with 0.x another minor.

    False where one of them is no version in numbers.
    """
    before, after = _VERSION.fullmatch(old.strip()), _VERSION.fullmatch(new.strip())
    if before is None or after is None:
        return False
    (major, minor), (new_major, new_minor) = (tuple(int(found[n] or 0) for n in (1, 2)) for found in (before, after))
    return new_major > major or (new_major == major == 0 and new_minor > minor)
