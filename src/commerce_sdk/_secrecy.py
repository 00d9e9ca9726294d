"""Secrets of a request, taken out of what a service said about it: an error must not carry them on."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_HIDDEN: Final = "**********"
# A shorter secret, such as a cvv, is hidden only where it is a whole value: it may be part of any number.
_LONG: Final = 6


def secrets_of(model: Any) -> Iterator[str]:
    """Every hidden string in a validated body."""
    if (reveal := getattr(model, "get_secret_value", None)) is not None:
        yield str(reveal())
    elif isinstance(model, Mapping):
        for member in model.values():
            yield from secrets_of(member)
    elif isinstance(model, (list, tuple)):
        for element in model:
            yield from secrets_of(element)
    elif hasattr(model, "model_fields_set"):
        for _, member in model:
            yield from secrets_of(member)


def hide(value: Any, secrets: frozenset[str]) -> Any:
    """The same JSON value with asterisks where it repeats a secret."""
    if isinstance(value, str):
        return _hide_text(value, secrets)
    if isinstance(value, Mapping):
        return {_hide_text(name, secrets): hide(member, secrets) for name, member in value.items()}
    if isinstance(value, list):
        return [hide(element, secrets) for element in value]
    return _HIDDEN if not isinstance(value, bool) and str(value) in secrets else value


def _hide_text(text: str, secrets: frozenset[str]) -> str:
    if text in secrets:
        return _HIDDEN
    for secret in secrets:
        if len(secret) >= _LONG:
            text = text.replace(secret, _HIDDEN)
    return text
