"""Faults of one world: which requests they strike, how often and with what. The same seed strikes the same ones."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Any, Self

from commerce_contract import Contract
from commerce_mock.clock import timestamp
from commerce_mock.coding import read_moment
from commerce_mock.controls import PREFIX
from commerce_mock.fault_effects import Effect, Occasion, Strike
from commerce_mock.fault_kinds import Kind, kind_of
from commerce_mock.problems import Problem, invalid

MOST = 1000
_PREFIX = "fault-"
_KNOWN = frozenset({"id", "seen", "struck", "passed"})
_SCALE = 2.0**64


@dataclass(eq=False, slots=True)
class Fault:
    """One fault of a world; lives until it is deleted, and strikes until it has struck `times` times (None: always).

    `operation` is a name or a glob such as `orders.*`, `share` the part of its requests that are struck, from 0 to 1.
    `seen` counts the requests that it might have struck, `struck` those that it did; `passed` is a rate limit's memory.
    """

    kind: Kind
    operation: str = "*"
    share: float = 1
    times: int | None = None
    id: str = ""
    seen: int = 0
    struck: int = 0
    passed: deque[int] = field(default_factory=deque, repr=False)

    @property
    def left(self) -> int | None:
        """How often it will strike yet; None where it has no end."""
        return None if self.times is None else self.times - self.struck

    def strike(self, occasion: Occasion, seed: int) -> Effect | None:
        """What it does to a request, None where it passes that one by."""
        if not fnmatchcase(occasion.operation.name, self.operation):
            return None
        number = self.seen
        self.seen += 1

        def chance(purpose: str) -> float:
            text = f"{seed}/{self.id}/{number}/{purpose}"
            return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / _SCALE

        if self.share < 1 and chance("share") >= self.share:
            return None
        effect = self.kind.strike(replace(occasion, chance=chance, passed=self.passed))
        if effect is not None:
            self.struck += 1
        return effect

    def order(self) -> dict[str, Any]:
        """What was asked for, as the control document and scenarios write it."""
        said = {
            each.name: value
            for each in fields(self.kind)  # type: ignore[arg-type] # every kind is a dataclass
            if each.repr and (value := getattr(self.kind, each.name)) not in (each.default, {})
        }
        target = {"fault": self.kind.word, "operation": self.operation, "share": self.share, "times": self.times}
        return {name: value for name, value in {**target, **said}.items() if value is not None}

    def document(self) -> dict[str, Any]:
        """The fault as the control document shows it."""
        return {"id": self.id, **self.order(), "seen": self.seen, "struck": self.struck}

    def written(self) -> dict[str, Any]:
        """The fault with all that it remembers, as an export has it."""
        return {**self.document(), **({"passed": [*map(timestamp, self.passed)]} if self.passed else {})}

    def anew(self, identifier: str) -> "Fault":
        """The same fault as one that has not struck yet."""
        return Fault(self.kind, self.operation, self.share, self.times, identifier)

    def copy(self) -> "Fault":
        """The same fault with what it remembers, going its own way from here."""
        return replace(self, passed=deque(self.passed))


class Faults:
    """Lives as long as its world. `active` are those that can still strike, in the order in which they were set.

    A request meets them in that order: delays add up, and the first of the others that strikes it decides. Controls are
    never struck. The world's lock guards all of it. `made` is how many ids were given.
    """

    __slots__ = ("_all", "_beginning", "_seed", "active", "made")

    def __init__(self, seed: int, beginning: Iterable[Fault] = ()) -> None:
        self._seed = seed
        self._beginning = tuple(beginning)
        self.reset()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._all.values()))

    def get(self, identifier: str) -> Fault | None:
        """The fault with that id."""
        return self._all.get(identifier)

    def add(self, fault: Fault) -> Fault:
        """Set a fault, after all others; it gets its id. Raises Problem CONFLICT where there are too many."""
        if len(self._all) >= MOST:
            raise Problem("CONFLICT", f"There are {MOST} faults already: delete some.")
        self.made += 1
        fault.id = f"{_PREFIX}{self.made}"
        self._all[fault.id] = fault
        self._sort()
        return fault

    def remove(self, identifier: str) -> bool:
        """Delete a fault; False where there is none of that id."""
        found = self._all.pop(identifier, None)
        self._sort()
        return found is not None

    def clear(self) -> None:
        """Delete all."""
        self._all.clear()
        self._sort()

    def reset(self) -> None:
        """Return to the faults that the world began with, none of which has struck yet."""
        found = [fault.anew(fault.id or f"{_PREFIX}{n}") for n, fault in enumerate(self._beginning, 1)]
        self._take(max((int(fault.id.removeprefix(_PREFIX)) for fault in found), default=0), found)

    def begin(self, documents: Iterable[Mapping[str, Any]], contract: Contract) -> None:
        """Let the world begin with these faults, now and after every reset. Raises Problem as `fault_of` does."""
        self._beginning = tuple(fault_of(document, contract) for document in documents)
        self.reset()

    def go_on(self, faults: Iterable[Fault], made: int) -> None:
        """Go on as another world's would; a reset returns to those that can still strike, none of which has then."""
        found = [fault if fault.id else replace(fault, id=f"{_PREFIX}{n}") for n, fault in enumerate(faults, 1)]
        self._beginning = tuple(fault for fault in found if fault.left != 0)
        self.reset()
        self._take(max(made, *(int(fault.id.removeprefix(_PREFIX)) for fault in found), 0), found)

    def saved(self) -> dict[str, Any]:
        """All of them with what they remember, as JSON."""
        return {
            "made": self.made,
            "all": [
                {
                    "id": each.id,
                    "order": each.order(),
                    "seen": each.seen,
                    "struck": each.struck,
                    "passed": [*each.passed],
                }
                for each in self
            ],
        }

    def restore(self, saved: Mapping[str, Any], contract: Contract) -> None:
        """Go on as the saved ones would. Raises Problem as `fault_of` does."""
        found = []
        for each in saved["all"]:
            memory = {"id": each["id"], "seen": each["seen"], "struck": each["struck"]}
            found.append(replace(fault_of(each["order"], contract), passed=deque(each["passed"]), **memory))
        self._take(saved["made"], found)

    def twin(self) -> Self:
        """Those of another world with the same beginning."""
        return type(self)(self._seed, self._beginning)

    def copy(self) -> Self:
        """Those of a fork: the same, with what they remember."""
        other = self.twin()
        other._take(self.made, (fault.copy() for fault in self))  # noqa: SLF001 - another of the same class
        return other

    def strike(self, occasion: Occasion) -> Strike | None:
        """What goes wrong with a request, None for nothing."""
        if occasion.operation.path.startswith(PREFIX):
            return None
        told, delay, decided, identifier = [], 0.0, Effect(), None
        for fault in self.active:
            effect = fault.strike(occasion, self._seed)
            if effect is None:
                continue
            told.append(f"{fault.id} {fault.kind.word}")
            delay += effect.delay
            identifier = fault.id
            if not fault.kind.goes_on:
                decided = effect
                break
        self._sort()
        return Strike(", ".join(told), replace(decided, delay=delay), identifier) if told else None

    def _take(self, made: int, faults: Iterable[Fault]) -> None:
        self.made = made
        self._all = {fault.id: fault for fault in faults}
        self._sort()

    def _sort(self) -> None:
        self.active = tuple(fault for fault in self._all.values() if fault.left != 0)


def fault_of(document: Mapping[str, Any], contract: Contract) -> Fault:
    """The fault that a document of the control API describes; the schema has judged it already.

    Raises Problem VALIDATION_ERROR where it fits no operation of the contract, or says what does not belong together.
    """
    kind = kind_of(document)
    operation = document.get("operation", "*")
    served = [each for each in contract.operations.values() if not each.path.startswith(PREFIX)]
    named = [each for each in served if fnmatchcase(each.name, operation)]
    if not named:
        names = ", ".join(each.name for each in served)
        raise invalid("/operation", f"names no operation: there are {names}")
    code = document.get("code")
    if code is not None and not any(code in each.problems for each in named):
        codes = ", ".join(sorted({declared for each in named for declared in each.problems}))
        raise invalid("/code", f"is declared by none of the operations: they declare {codes or 'none'}")
    return Fault(kind, operation, document.get("share", 1), document.get("times"))


def known_fault_of(document: Mapping[str, Any], contract: Contract) -> Fault:
    """The same of a fault that was there, with its id and what it remembers.

    Raises Problem as `fault_of` does, and UnreadableError where it passed a request at no time.
    """
    fault = fault_of({name: value for name, value in document.items() if name not in _KNOWN}, contract)
    passed = deque(read_moment(time, f"/passed/{n}") for n, time in enumerate(document.get("passed", ())))
    memory = {name: document[name] for name in ("id", "seen", "struck") if name in document}
    return replace(fault, passed=passed, **memory)
