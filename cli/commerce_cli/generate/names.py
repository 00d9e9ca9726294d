"""Names of the wire turned into names of Python."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_IDENTIFIER: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
# What modules of models import, and what the base of models has: a model of that name would hide it.
_TAKEN_BY_MODULES: Final = frozenset(
    """Annotated Any ConfigDict Discriminator Event Field Literal Model Money SecretStr Tag TypeAliasType UnknownEvent
    """.split()  # noqa: SIM905 - a list of them would be a page
)


def words(text: str) -> list[str]:
    """The words of a name, in any convention: `userId`, `get-trips`, `HTTPServer`."""
    return _WORDS.findall(unicodedata.normalize("NFKD", text).replace("ß", "ss").encode("ascii", "ignore").decode())


def snake(text: str) -> str:
    """`getMuseumHours`, `get-museum-hours` -> `get_museum_hours`; an identifier that is no keyword."""
    name = "_".join(word.lower() for word in words(text)) or "unnamed"
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def constant(text: str) -> str:
    """`get_museum_hours` -> `GET_MUSEUM_HOURS`."""
    return snake(text).strip("_").upper()


def camel(text: str) -> str:
    """`order not found`, `order_created` -> `OrderNotFound`, `OrderCreated`. A name in CamelCase stays as it is."""
    name = text if _IDENTIFIER.fullmatch(text) else "".join(word[0].upper() + word[1:].lower() for word in words(text))
    name = name or "Unnamed"
    return f"N{name}" if name[0].isdigit() else name


def class_name(text: str) -> str:
    """`camel`, where it hides nothing that the class's module needs."""
    name = camel(text)
    hides = name in _TAKEN_BY_MODULES or hasattr(builtins, name) or keyword.iskeyword(name)
    return f"{name}Model" if hides else name


def argument(text: str, reserved: Collection[str] = ()) -> str:
    """`snake`, where an argument of that name would not stand in another's way."""
    name = snake(text)
    return f"{name}_" if name in reserved else name


def unused(name: str, taken: Collection[str], another: Callable[[int], str] | None = None) -> str:
    """The name, or the first of its numbered forms (`another`, from 2) that is not taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = another(number) if another else f"{name}{number}"
    return found
