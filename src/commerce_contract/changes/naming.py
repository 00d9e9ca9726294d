"""How a change says where in a schema it is, and what was said there."""

from typing import Any, Final

from commerce_contract.changes.equality import written
from commerce_contract.pointer import split
from commerce_contract.schema import MISSING
from commerce_contract.source import Location

_LONGEST: Final = 60  # characters of a value
_SECTIONS: Final = ("schemas", "parameters", "headers", "messages", "responses", "requestBodies")
_INNER: Final = {"properties": ".", "patternProperties": "~", "items": "[]", "additionalProperties": "{}"}


def place_name(location: Location, keyword: str, otherwise: str) -> str:
    """What a schema is called: `Order.items[].price` in a component, else it goes on from another name."""
    tokens = split(location.pointer)
    if tokens[-1:] == [keyword]:
        tokens = tokens[:-1]
    name = otherwise
    if tokens[:1] == ["components"] and len(tokens) > 2 and tokens[1] in _SECTIONS:  # noqa: PLR2004 - section and name
        name, tokens = tokens[2], tokens[3:]
    elif "schema" in tokens:
        tokens = tokens[tokens.index("schema") + 1 :]
    elif "payload" in tokens:
        tokens = tokens[tokens.index("payload") + 1 :]
    return name + _path(tokens)


def _path(tokens: list[str]) -> str:
    """The rest of a pointer as properties and elements; what only puts schemas together is left out."""
    found = ""
    rest = iter(tokens)
    for token in rest:
        if token in {"properties", "patternProperties"}:
            found += _INNER[token] + next(rest, "")
        else:
            found += _INNER.get(token, "")
    return found


def shown(value: Any) -> str:
    """A value as it stands in a sentence."""
    text = value if isinstance(value, str) else written(value)
    return f"`{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}`"


def listed(values: tuple[Any, ...]) -> str:
    """Some values as they stand in a sentence."""
    return ", ".join(shown(value) if isinstance(value, str) else f"`{written(value)}`" for value in values)


def turned(keyword: str, place: str, old: Any, new: Any) -> str:
    """What became of a keyword."""
    if keyword == "false":
        return f"`{place}` accepts nothing"
    if keyword == "$ref":
        return f"`{place}` is too large to compare"
    if old is MISSING and new is MISSING:
        return f"the alternatives of `{place}` changed (`{keyword}`)"
    if old is MISSING:
        return f"`{keyword}` of `{place}` is {shown(new)}, and was nothing"
    if new is MISSING:
        return f"`{keyword}` of `{place}` is gone, and was {shown(old)}"
    return f"`{keyword}` of `{place}` is {shown(new)}, and was {shown(old)}"
