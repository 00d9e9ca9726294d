"""Secrets that are made up so that they are known again wherever they turn up, also in part or encoded."""

import base64
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from commerce_conformance import reading
from commerce_contract import Schema

_CARD: Final = 12  # digits from which on a number may be that of a card
_SHOWN: Final = 4  # digits of a card that an answer may show
_KNOWN: Final = 8  # characters from which on a text is nobody else's
_MASK: Final = "*xX•·#"
_MASKED: Final = re.compile(rf"(?<![0-9A-Za-z])[0-9{_MASK}](?:[ -]?[0-9{_MASK}]){{{_SHOWN},}}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Canary:
    """One secret value that a request has under `name`; in no repr."""

    name: str
    value: str = field(repr=False)

    @property
    def known(self) -> bool:
        """Whether it is long enough to be nobody else's, wherever it is found."""
        return len(self.value) >= _KNOWN

    def shown(self, text: str) -> str | None:
        """In which form a text shows it, None where it does not. One that is not `known` is sought as a string."""
        if not self.known:
            return "as it was sent" if f'"{self.value}"' in text else None
        encoded = base64.b64encode(self.value.encode()).decode().rstrip("=")
        forms = {
            "as it was sent": self.value,
            "in base64": encoded,
            "in a URL's escapes": quote(self.value),
            "backwards": self.value[::-1],
        }
        lower = text.lower()
        found = (form for form, spelled in forms.items() if spelled.lower() in lower)
        return next(found, None) or next(self._digits(text), None)

    def _digits(self, text: str) -> Iterator[str]:
        """More of a card's digits than its last four, in groups, masked or cut."""
        number = self.value
        if not (number.isdecimal() and len(number) >= _CARD):
            return
        for match in _MASKED.finditer(text):
            spelled = re.sub("[ -]", "", match.group())
            digits = sum(each.isdecimal() for each in spelled)
            if digits <= _SHOWN:
                continue
            same = all(a == b for a, b in zip(spelled, number, strict=False) if a.isdecimal())
            cut = spelled.isdecimal() and (number.endswith(spelled) or number.startswith(spelled))
            if cut or (same and len(spelled) == len(number)):
                yield f"with {digits} of its digits"


def plant(schema: Schema, body: Any) -> tuple[Any, list[Canary]]:
    """A body with its secrets replaced by canaries, as far as the schema allows, and what they are."""
    body = copy.deepcopy(body)
    canaries = []
    for holder, name, part in reading.hidden(schema, body):
        like = holder[name]
        if isinstance(like, str):
            holder[name] = next((each for each in _candidates(like) if part.is_valid(each)), like)
            canaries.append(Canary(name, holder[name]))
    return body, canaries


def _candidates(like: str) -> Iterator[str]:
    number = str(uuid4().int)
    if like.isdecimal() and len(like) >= _CARD:
        yield checked(like[0] + number[-len(like) + 2 :])
    elif like.isdecimal():
        yield number[-len(like) :]
    else:
        yield f"Canary-{uuid4().hex[:16]}A1!"
        yield uuid4().hex
        yield uuid4().hex[: len(like)]


def checked(digits: str) -> str:
    """A number with its check digit behind it, as cards have one (Luhn)."""
    doubled = (int(each) * (2 - place % 2) for place, each in enumerate(reversed(digits)))
    return digits + str(-sum(part // 10 + part % 10 for part in doubled) % 10)
