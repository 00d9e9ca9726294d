"""What a world keeps, as JSON that another mock reads back: resources, events, timers, and what services remember."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from commerce_contract import Resource
from commerce_contract.pointer import join
from commerce_mock.clock import parse_time
from commerce_mock.encoding import kept_json
from commerce_mock.store.memory import Row

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction

PRIVATE: Final = "private"
Wrong = tuple[str, str]  # a JSON pointer below the value, and what is wrong there


class UnreadableError(ValueError):
    """A value is not as it was written; `wrong` has each place of it, with what is wrong there."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__("; ".join(f"{pointer} {message}" for pointer, message in wrong))
        self.wrong = wrong


@contextmanager
def below(pointer: str) -> Iterator[None]:
    """Let what is wrong in a part of a value be told with the pointer of the whole."""
    try:
        yield
    except UnreadableError as error:
        raise UnreadableError(*((pointer + place, message) for place, message in error.wrong)) from None


@dataclass(frozen=True, slots=True)
class Coding:
    """How the entries of one table or log are written as JSON and read back.

    `read` is given the transaction that fills the world, with its resources and events; it raises UnreadableError.
    """

    write: Callable[[Any], Any]
    read: Callable[["Transaction", Any], Any]


def written_row(row: Row, private: Collection[str] = ()) -> dict[str, Any]:
    """A resource as its answer shows it, and under `private` those names of what no answer shows.

    What is hidden under any other name no rule reads: a scenario may have written a password there.
    """
    value: dict[str, Any] = orjson.loads(row[0])
    hidden = _told(orjson.loads(row[3]), private) if row[3] is not None else {}
    return {**value, PRIVATE: hidden} if hidden else value


def read_row(resource: Resource, document: Any, private: Collection[str] = ()) -> tuple[str, Row]:
    """Its key and row. Raises UnreadableError with every place that breaks the contract."""
    if not isinstance(document, dict):
        raise UnreadableError(("", "must be an object"))
    hidden = document.get(PRIVATE, {})
    if not (isinstance(hidden, dict) and all(map(_is_plain, hidden.values()))):
        raise UnreadableError((f"/{PRIVATE}", "must be an object of texts and numbers"))
    value = {name: part for name, part in document.items() if name != PRIVATE}
    names = resource.schema.properties.keys()
    wrong = [(join("", name), f"is no property of {resource.name}") for name in sorted(value.keys() - names)]
    wrong += [(error.pointer, f"{error.message} ({error.location})") for error in resource.schema.errors(value)]
    if resource.key not in value and not wrong:
        wrong = [(join("", resource.key), "is missing")]
    if wrong:
        raise UnreadableError(*wrong)
    owner = value.get(resource.owner) if resource.owner else None
    state = value.get(resource.state) if resource.state else None
    told = _told(hidden, private)
    return str(value[resource.key]), (kept_json(value), owner, state, kept_json(told) if told else None)


def _told(hidden: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: hidden[name] for name in hidden if name in names}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int)


def read_number(_: "Transaction", value: Any) -> int:
    """A number to count on from. Raises UnreadableError."""
    if type(value) is not int or not 0 <= value < LARGEST:
        raise UnreadableError(("", "must be a number from 0 on"))
    return value


def read_moment(value: Any, pointer: str) -> int:
    """Milliseconds since the epoch of a time. Raises UnreadableError."""
    try:
        return parse_time(value)
    except (TypeError, ValueError, OverflowError):
        raise UnreadableError((pointer, "must be a time, like 2026-01-01T00:00:00Z")) from None


LARGEST: Final = 2**53  # below it JSON's readers name every number
NUMBERS: Final = Coding(int, read_number)
