"""One single fault of the mock: what a team did wrong, what it costs a client, and the patch that does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from conformance.mutants.broken import Broken

Apply = Callable[[Broken], object]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A named fault. `laws` are those that are likely to find it, in the order in which they are tried first."""

    name: str
    group: str
    fault: str
    laws: tuple[str, ...]
    apply: Apply


class Group:
    """The mutants of one module; lives for ever."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.mutants: list[Mutant] = []

    def add(self, name: str, fault: str, laws: str, apply: Apply) -> None:
        """Put a mutant down; `laws` are names with spaces between."""
        self.mutants.append(Mutant(name, self.name, fault, tuple(laws.split()), apply))

    def add_all(self, rows: Iterable[tuple[str, str, Any]], laws: str, apply: Callable[[Broken, Any], object]) -> None:
        """Put several down that differ in one thing: name, fault, and what `apply` is given."""
        for name, fault, changed in rows:
            self.add(name, fault, laws, partial(_with, apply, changed))

    def mutant(self, fault: str, laws: str) -> Callable[[Apply], Apply]:
        """The function below is a mutant, and its name is the mutant's."""

        def note(apply: Apply) -> Apply:
            self.add(apply.__name__, fault, laws, apply)
            return apply

        return note


def _with(apply: Callable[[Broken, Any], object], changed: Any, broken: Broken) -> None:
    apply(broken, changed)
