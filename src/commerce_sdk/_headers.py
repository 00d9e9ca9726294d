"""Which headers may be sent: what would end one early, and so add another, is refused."""

import re
from collections.abc import Mapping
from typing import Any, Final

_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# Visible ASCII with spaces and tabs inside: what every server reads alike.
_VALUE: Final = re.compile(r"[!-~]([\t -~]*[!-~])?")


def fault(headers: Mapping[str, Any]) -> str | None:
    """What is wrong with headers, None if nothing is. A value may be secret: it is not told."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            return f"{name!r} cannot be the name of a header"
        if not is_value(value):
            return f"the value of the header {name} must be visible ASCII characters, not empty"
    return None


def is_value(value: Any) -> bool:
    """Whether a text can be the value of a header."""
    return isinstance(value, str) and _VALUE.fullmatch(value) is not None
