"""What changed, with all that a report says of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commerce_cli.contract_revision import Source
from commerce_cli.report import count
from commerce_contract import Contract, Location
from commerce_contract.changes import Breaks, Change, Comparison

HEADINGS: Final[Mapping[tuple[str, ...], str]] = {
    ("clients", "services"): "Breaking for clients and services",
    ("clients",): "Breaking for clients",
    ("services",): "Breaking for services",
    ("undecided",): "Cannot be decided",
    ("safe",): "Safe",
}
_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One comparison and how it was asked for; lives as long as its report. Pairs are old and new."""

    sides: tuple[Source, Source]
    contracts: tuple[Contract, Contract]
    comparison: Comparison
    strict: bool
    verbose: bool
    whom: Breaks = Breaks.BOTH

    @property
    def breaking(self) -> Sequence[Change]:
        """The changes that make the command fail."""
        return [change for change in self.comparison.changes if self.fails(change)]

    def fails(self, change: Change) -> bool:
        """Whether a change makes the command fail: it breaks somebody whom it was asked to watch over."""
        return change.breaking(self.whom, strict=self.strict)

    @property
    def shown(self) -> Sequence[Change]:
        """The changes that a report lists."""
        return (*self.comparison.changes, *(self.comparison.texts if self.verbose else ()))

    def sections(self) -> Iterator[tuple[str, Sequence[Change]]]:
        """The listed changes under the heading of their class."""
        for classes, heading in HEADINGS.items():
            if found := [change for change in self.shown if change.rule.classes == classes]:
                yield heading, found

    def places(self, change: Change) -> tuple[str | None, str | None]:
        """Where a change stands, old and new, with file and line."""
        return self._place(0, change.old), self._place(1, change.new)

    def _place(self, side: int, place: Location | None) -> str | None:
        return None if place is None else self.sides[side].shown(self.contracts[side].root, place)

    def counts(self) -> Mapping[str, int]:
        """How many changes there are of each class; one that breaks both counts in both."""
        of = dict.fromkeys(("clients", "services", "undecided", "safe"), 0)
        for change in self.comparison.changes:
            for word in change.rule.classes:
                of[word] += 1
        return {**of, "texts": len(self.comparison.texts)}

    def total(self) -> str:
        """All of it in one line."""
        found = self.counts()
        if not self.comparison.changes and not self.comparison.texts:
            return "Nothing changed."
        parts = [
            f"{found['clients']} breaking for clients",
            f"{found['services']} for services",
            f"{found['undecided']} undecided",
            f"{found['safe']} safe",
        ]
        texts = f"; {count(found['texts'], 'text')} changed" if found["texts"] else ""
        return f"{count(len(self.comparison.changes), 'change')}: {', '.join(parts)}{texts}. {self.verdict()}"

    def verdict(self) -> str:
        """Whether it may be released like this."""
        if self.breaking:
            return "Not every version concerned says so: raise its major (with 0.x its minor), or take the change back."
        if any(change.announced for change in self.comparison.changes):
            return "The versions say so."
        whom = {Breaks.CLIENTS: " clients", Breaks.SERVICES: " services"}.get(self.whom, "")
        return f"Nothing breaks{whom}."


def concerned(change: Change, limit: int = _FEW) -> str:
    """What a change concerns, the first few by name."""
    more = len(change.concerns) - limit
    names = ", ".join(change.concerns[:limit] if more > 1 else change.concerns)
    return f"{names} and {more} more" if more > 1 else names


def sentence(text: str) -> str:
    """A text as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}."
