"""What the comparisons find, and how the same finding of many operations becomes one change."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commerce_contract.changes.rule import Breaks, Rule, Sureness
from commerce_contract.changes.rules import RULES
from commerce_contract.source import Location


@dataclass(frozen=True, slots=True)
class Concern:
    """What a change is about: `orders.create request`, `event order_created`.

    `service` is whose it is. `files` are the documents that it belongs to, old and new; None where there is none. Their
    versions say whether the change may break anybody.
    """

    name: str
    service: str
    files: tuple[str | None, str | None]

    def named(self, name: str) -> "Concern":
        """Something of the same service and documents."""
        return Concern(name, self.service, self.files)


@dataclass(frozen=True, slots=True)
class Finding:
    """One change of one thing. `detail` tells it from others of the same rule in the same place."""

    rule: str
    what: str
    concern: Concern
    old: Location | None = None
    new: Location | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a contract, with everything that it concerns.

    `what` says it in a sentence without a full stop; `old` and `new` are where it stands, None where nothing stood or
    stands. `risen` says that the version of each document concerned says that it may break.
    """

    rule: Rule
    what: str
    old: Location | None
    new: Location | None
    concerns: tuple[str, ...]
    services: tuple[str, ...]
    risen: bool

    @property
    def announced(self) -> bool:
        """Whether it breaks somebody, and the versions say so."""
        return self.rule.breaks is not Breaks.NOBODY and self.risen

    def breaking(self, whom: Breaks = Breaks.BOTH, *, strict: bool = False) -> bool:
        """Whether it breaks some of `whom` and no version warned. With `strict` what is undecided counts too."""
        unsure = strict and self.rule.sureness is Sureness.UNDECIDED
        return (bool(self.rule.breaks & whom) or unsure) and not self.risen


def gather(findings: Iterable[Finding], risen: Callable[[Concern], bool]) -> tuple[Change, ...]:
    """The changes that findings amount to, the worst rules first, then in the order of the documents."""
    groups: dict[tuple[str, Location | None, Location | None, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.old, finding.new, finding.detail), []).append(finding)
    changes = [_change(group, risen) for group in groups.values()]
    return tuple(sorted(changes, key=_reading_order))


def _change(group: list[Finding], risen: Callable[[Concern], bool]) -> Change:
    first = group[0]
    concerns = dict.fromkeys(finding.concern for finding in group)
    return Change(
        rule=RULES[first.rule],
        what=first.what,
        old=first.old,
        new=first.new,
        concerns=tuple(dict.fromkeys(concern.name for concern in concerns)),
        services=tuple(dict.fromkeys(concern.service for concern in concerns if concern.service)),
        risen=all(map(risen, concerns)),
    )


_ORDER = {rule: number for number, rule in enumerate(RULES)}


def _reading_order(change: Change) -> tuple[int, int, str, int, str]:
    rule = change.rule
    weight = -len(rule.classes) if rule.breaks is not Breaks.NOBODY else 1 + (rule.sureness is not Sureness.UNDECIDED)
    where = change.new or change.old
    return weight, _ORDER[rule.id], where.file if where else "", where.line if where else 0, change.what
