"""JSON pointers (RFC 6901) as strings."""

from typing import Any


def escape(token: str) -> str:
    """One reference token as it stands in a pointer: `a/b` is `a~1b`."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer that continues `pointer` by unescaped tokens."""
    for token in tokens:
        pointer = f"{pointer}/{escape(token) if isinstance(token, str) else token}"
    return pointer


def split(pointer: str) -> list[str]:
    """The unescaped tokens of a pointer; the empty pointer has none. Raises `ValueError` if it is no pointer."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        message = f"{pointer!r} is no JSON pointer: it does not start with /"
        raise ValueError(message)
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def step(value: Any, token: str) -> Any:
    """The member or element of `value` that an unescaped token names. Raises `LookupError` if there is none."""
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list) and token.isdecimal():
        return value[int(token)]
    raise LookupError(token)
