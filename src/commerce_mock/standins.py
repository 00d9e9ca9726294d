"""Stand-ins for secrets, so that a recording can be passed on: of the same form, so that they are answered the same.

The number of a test card stays as it is. Any other becomes one with the same last four digits that is right or wrong by
its check digit as the number was. Other secrets keep their length and the kinds of their characters. Two secrets never
get the same stand-in, nor one secret two: who compares them sees the same.
"""

import re
from collections import Counter
from collections.abc import Collection
from hashlib import blake2b
from secrets import token_bytes
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final

from commerce_contract import Schema
from commerce_mock.disclosure import is_shaped
from commerce_mock.luhn import luhn

_CARD: Final = re.compile(r"[0-9]{12,19}").fullmatch
_ALPHABETS: Final = (ascii_lowercase, ascii_uppercase, digits)
_ALPHABET: Final = {character: alphabet for alphabet in _ALPHABETS for character in alphabet}
# What malformed JSON says by itself is kept; an escape keeps its form, everything else is text.
_WORD: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|\b(?:true|false|null)\b|[^\W_]+|[^\x00-\x7f]", re.DOTALL)
_TRIES: Final = 1000  # of a few characters there are no more forms than that
_FLAT: Final = 1.5  # for a number with a fraction where the contract knows of none


class StandIns:
    """Replaces the secrets of one recording; lives as long as it is made, and keeps no secret.

    `published` are values that are nobody's secret, such as test cards. None of them is a stand-in.
    """

    def __init__(self, published: Collection[str] = ()) -> None:
        self._published = published
        self._salt = token_bytes(16)
        self._made: dict[bytes, str] = {}
        self._counts: Counter[str] = Counter()
        self._given: set[str] = set()

    def body(self, schema: Schema, value: Any, public: frozenset[str] = frozenset()) -> Any:
        """A JSON value with a stand-in for each secret, and for all that the contract does not know.

        `public` are values that are no secrets though the contract marks them (the mock's own verification tokens).
        """
        if not is_shaped(schema, value):
            return self.hidden(value)
        if schema.write_only:
            known = isinstance(value, str) and (value in public or value in self._published)
            return value if known else self.hidden(value)
        properties, items = schema.properties, schema.items
        if isinstance(value, dict) and properties:
            is_open = schema.node.get("additionalProperties") not in (None, False)
            return {
                name: self.body(properties[name], part, public)
                if name in properties
                else (part if is_open else self.hidden(part))
                for name, part in value.items()
            }
        if isinstance(value, list) and items is not None:
            return [self.body(items, item, public) for item in value]
        return value

    def hidden(self, value: Any) -> Any:
        """A value of the same type with nothing of what it says."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.hidden(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.hidden(item) for item in value]
        if type(value) is int and abs(value) > 9:  # noqa: PLR2004 - one digit tells nothing
            return int("-" * (value < 0) + "1" * len(str(abs(value))))
        return _FLAT if type(value) is float else value

    def text(self, secret: str) -> str:
        """The stand-in for one secret."""
        mark = blake2b(secret.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=16).digest()
        if mark not in self._made:
            self._made[mark] = self._new(secret)
        return self._made[mark]

    def _new(self, secret: str) -> str:
        make = self._card if _CARD(secret) else _formed
        kind = make(secret, 0)
        for _ in range(_TRIES):
            made = make(secret, self._counts[kind])
            self._counts[kind] += 1
            if made != secret and made not in self._given:
                break
        self._given.add(made)
        return made

    def _card(self, number: str, count: int) -> str:
        """The `count`th number that is taken as this one is."""
        right, filling = luhn(number), len(number) - 6
        tried = count
        while True:
            head = f"4{tried % 10**filling:0{filling}d}"
            for check in digits:
                made = f"{head}{check}{number[-4:]}"
                if luhn(made) == right and made not in self._published and made != number:
                    return made
            tried += 1

    @staticmethod
    def malformed(text: str) -> str:
        """What is no JSON, with nothing of what its words say."""
        return _WORD.sub(_worded, text)


def _worded(found: re.Match[str]) -> str:
    word = found[0]
    if word in {"true", "false", "null"} or (word[0] == "\\" and len(word) == 2):  # noqa: PLR2004 - `\n`
        return word
    return "\\u0041" if word[0] == "\\" else _formed(word, 0)


def _formed(secret: str, count: int) -> str:
    """The `count`th text with the same kinds of characters in the same places."""
    made = []
    for character in reversed(secret):
        alphabet = _ALPHABET.get(character)
        if alphabet is not None:
            count, index = divmod(count, len(alphabet))
            made.append(alphabet[index])
        elif not character.isascii():
            made.append("é")
        else:
            made.append(character if character.isspace() or not character.isprintable() else "-")
    return "".join(reversed(made))
