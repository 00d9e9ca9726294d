"""Whether requests came that were expected: patterns of requests, how often and in which order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from commerce_contract import Contract
from commerce_contract.pointer import join
from commerce_mock import disclosure
from commerce_mock.controls import PREFIX
from commerce_mock.journal import Entry

NEAREST = 3  # how many near misses are told


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a request is not as expected: a JSON pointer into the pattern, and both values."""

    pointer: str
    expected: Any
    actual: Any

    def document(self) -> dict[str, Any]:
        """It as the control document shows it."""
        return {"pointer": self.pointer, "expected": self.expected, "actual": self.actual}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What requests to look for; `said` has the names of the control document, what it does not say may be anything.

    In `operation` and `path` a `*` stands for anything. A `body` matches where the request's has all that it says, and
    whatever else; lists are as long as it says. Secrets do not take part: they read `***`.
    """

    said: Mapping[str, Any]

    def covers(self, entry: Entry, contract: Contract) -> bool:
        """Whether a request is as the pattern says. The mock's own controls are not, unless it asks for them."""
        return self._is_candidate(entry) and next(self._differences(entry, contract), None) is None

    def differences(self, entry: Entry, contract: Contract) -> list[Difference]:
        """Where a request is otherwise; empty where it is as the pattern says."""
        return list(self._differences(entry, contract))

    def _is_candidate(self, entry: Entry) -> bool:
        """Whether it is a request to a service, or one to the mock's controls that is asked for."""
        if not entry.path.startswith(PREFIX):
            return True
        asked = [(entry.operation or "", self.said[name]) for name in ("operation",) if name in self.said]
        asked += [(entry.path, self.said["path"])] if "path" in self.said else []
        return bool(asked) and all(fnmatchcase(actual, pattern) for actual, pattern in asked)

    def _differences(self, entry: Entry, contract: Contract) -> Iterator[Difference]:
        said = self.said
        for name in ("operation", "path"):
            actual = getattr(entry, name)
            if name in said and not (actual is not None and fnmatchcase(actual, said[name])):
                yield Difference(f"/{name}", said[name], actual)
        for name in ("service", "method", "status", "code", "user", "fault"):
            if name in said and getattr(entry, name) != said[name]:
                yield Difference(f"/{name}", said[name], getattr(entry, name))
        if "unmatched" in said and (entry.operation is None) is not said["unmatched"]:
            yield Difference("/unmatched", said["unmatched"], entry.operation is None)
        if "body" in said:
            yield from unlike(said["body"], disclosure.body(entry, contract), "/body")

    def near(self, entries: Iterable[Entry], contract: Contract) -> list[tuple[Entry, list[Difference]]]:
        """The requests that are most like the pattern and yet otherwise, the best first, the newest of equals."""
        missed = [(entry, self.differences(entry, contract)) for entry in entries if self._is_candidate(entry)]
        missed = [(entry, found) for entry, found in missed if found]
        return sorted(missed, key=lambda miss: (_distance(miss[1]), -miss[0].number))[:NEAREST]


def _distance(differences: list[Difference]) -> tuple[bool, bool, int]:
    places = {difference.pointer for difference in differences}
    return "/operation" in places, "/path" in places, len(differences)


def unlike(expected: Any, actual: Any, pointer: str) -> Iterator[Difference]:
    """Where JSON lacks what is expected of it. Objects may have more, lists may not."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if name in actual:
                yield from unlike(value, actual[name], join(pointer, name))
            else:
                yield Difference(join(pointer, name), value, None)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (wanted, given) in enumerate(zip(expected, actual, strict=True)):
            yield from unlike(wanted, given, join(pointer, index))
    elif not _equal(expected, actual):
        yield Difference(pointer, expected, actual)


def _equal(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not 1, and 1.0 is."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


@dataclass(frozen=True, slots=True)
class Times:
    """How often requests are expected; None is no bound."""

    at_least: int | None = 1
    at_most: int | None = None

    def allow(self, count: int) -> bool:
        """Whether that many are as expected."""
        return (self.at_least is None or count >= self.at_least) and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        told = [f"at least {self.at_least}" if self.at_least is not None else ""]
        told.append(f"at most {self.at_most}" if self.at_most is not None else "")
        return " and ".join(filter(None, told))


def times(said: Any) -> Times:
    """How often, as the control document says it: a number, or bounds; at least once where it says nothing."""
    if said is None:
        return Times()
    if not isinstance(said, Mapping):
        return Times(said, said)
    if "exactly" in said:
        return Times(said["exactly"], said["exactly"])
    return Times(said.get("at_least"), said.get("at_most"))


def in_order(patterns: list[Pattern], entries: Iterable[Entry], contract: Contract) -> list[Entry]:
    """The requests that came one after the other as the patterns say, whatever came between; fewer where one lacks."""
    found: list[Entry] = []
    for entry in entries:
        if len(found) < len(patterns) and patterns[len(found)].covers(entry, contract):
            found.append(entry)
    return found
