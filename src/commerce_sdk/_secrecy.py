"""Secrets of a request, taken out of what a service said about it: an error must not carry them on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, quote_plus

_HIDDEN: Final = "**********"
_DEEPEST: Final = 100
_CUT: Final = "..."
# A shorter secret, such as a cvv, is hidden only where it is a word of its own: it may be part of any number.
_LONG: Final = 6
# What is even shorter is a word of every text: it is hidden only where nothing else is said.
_WORD: Final = 3
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


def secrets_of(model: Any) -> Iterator[str]:
    """Every hidden string in a validated body, and what it has beside its declared properties."""
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
        yield from _undeclared(model.model_extra or {})


def credentials_of(headers: Mapping[str, str]) -> Iterator[str]:
    """What the caller's own headers say to be let in: the whole value, and what follows the scheme."""
    for name, value in headers.items():
        if name.lower() in _CREDENTIALS:
            yield value
            yield value.rpartition(" ")[2]


def hide(value: Any, secrets: frozenset[str]) -> Any:
    """The same JSON value with asterisks where it repeats a secret, also one that was written into another text.

    What is nested beyond all sense is cut off: neither could it be pickled, nor shown.
    """
    forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
    return _hide(value, secrets, forms, _DEEPEST)


def _undeclared(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _undeclared(member)
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _undeclared(element)
    elif isinstance(value, (str, int)) and len(str(value)) >= _WORD and not isinstance(value, bool):
        yield str(value)


def _forms(secret: str) -> Iterator[str]:
    """A text as it looks within JSON, Python, HTML, a URL or a form, and where UTF-8 was read as Latin-1."""
    from html import escape  # noqa: PLC0415 - needed only after a failure

    quoted = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]
    for form in (secret, *quoted):
        yield from (form, escape(form))
    octets = secret.encode(errors="replace")
    yield from (quote(octets, safe=""), quote_plus(octets), octets.decode("latin-1"))


def _hide(value: Any, secrets: frozenset[str], forms: Sequence[str], levels: int) -> Any:
    if isinstance(value, str):
        return _hide_text(value, forms)
    if not levels and isinstance(value, (Mapping, list)):
        return _CUT
    if isinstance(value, Mapping):
        return {_hide_text(name, forms): _hide(each, secrets, forms, levels - 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_hide(element, secrets, forms, levels - 1) for element in value]
    return _HIDDEN if not isinstance(value, bool) and str(value) in secrets else value


def _hide_text(text: str, forms: Sequence[str]) -> str:
    if text in forms:
        return _HIDDEN
    for form in forms:
        if len(form) >= _LONG:
            text = text.replace(form, _HIDDEN)
        elif len(form) >= _WORD:
            text = _hide_word(text, form)
    return text


def _hide_word(text: str, word: str) -> str:
    """The text without the word where it stands alone, not as a part of a longer word or number."""
    start = 0
    while (found := text.find(word, start)) >= 0:
        end = found + len(word)
        if _goes_on(text[max(found - 2, 0) : found][::-1]) or _goes_on(text[end : end + 2]):
            start = end
        else:
            text = text[:found] + _HIDDEN + text[end:]
            start = found + len(_HIDDEN)
    return text


def _goes_on(rest: str) -> bool:
    """Whether a word or number does, with what stands next to it."""
    return rest[:1].isalnum() or rest[:1] in {"_", "-"} or (rest[:1] in {".", ","} and rest[1:2].isdigit())
