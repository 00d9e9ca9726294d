"""Running something under every distinct legal schedule: the likely ones first, and what fails made short.

What is run is asked for nothing but whether it failed and what its schedule tells. Of schedules that differ only in the
order of independent deliveries one is run (sleep sets: Godefroid, Partial-Order Methods, 1996); what comes after the
last request is not varied, as nobody asks for it any more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import combinations
from typing import Any, Final, NamedTuple

from commerce_mock.schedules import PATIENCE, REQUEST, Deviation, independent

BOUND: Final = 200
_SHRINKING: Final = 100  # runs that making a failure shorter may take


class Plan(NamedTuple):
    """What a run's schedule is to be."""

    deviations: tuple[Deviation, ...] = ()
    asleep: frozenset[str] = frozenset()
    patience: int = PATIENCE


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: whether it failed, and what its schedule told (`Schedule.document`); `what` is the caller's own."""

    failed: bool
    trace: Mapping[str, Any] = field(repr=False)
    what: Any = field(default=None, repr=False)

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Where something else than the first option was chosen, whoever chose it."""
        points = enumerate(self.trace["points"], 1)
        return tuple(Deviation(n, each["chosen"]) for n, each in points if each["chosen"] != each["options"][0])

    def follows(self, plan: Plan) -> bool:
        """Whether it came to all points of its plan, and what the plan says could be chosen there."""
        last = max((each.point for each in plan.deviations), default=0)
        return not self.trace["missed"] and last <= len(self.trace["points"])

    @property
    def postponements(self) -> int:
        """How often deliveries were postponed by a request, added up."""
        return _postponements(self.trace["points"])

    @property
    def length(self) -> tuple[int, int]:
        """What makes one schedule shorter than another."""
        return len(self.deviations), self.postponements


@dataclass(frozen=True, slots=True)
class Exploration:
    """What came of it: `distinct` schedules were run, in `runs` altogether.

    `cut` says whether there were more than the bounds allow, `strayed` in how many runs the schedule could not be
    followed: what was run does not do the same each time. `failure` is the shortest run that fails.
    """

    distinct: int
    runs: int
    cut: bool
    strayed: int
    failure: Ran | None = None


Run = Callable[[Plan], Ran]
Told = Callable[[int, int], None]


def explore(
    run: Run, *, bound: int = BOUND, deviations: int | None = None, told: Told | None = None, shrinks: bool = True
) -> Exploration:
    """Run until something fails, all was run, or `bound` schedules were; `told` hears of how many, of how many known.

    Schedules with more than so many `deviations` are left out, where that is said.
    """
    search = _Search(deviations)
    distinct = runs = strayed = 0
    while search.waiting and runs < bound:
        plan = search.next()
        ran = run(plan)
        runs += 1
        followed = ran.follows(plan)
        strayed += not followed
        distinct += followed and not ran.trace["redundant"]
        if ran.failed:
            shortest, more = _shrunk(run, ran) if shrinks else (ran, 0)
            return Exploration(distinct, runs + more, bool(search.waiting), strayed, shortest)
        if followed:
            search.branch(plan, ran)
        if told is not None:
            told(runs, runs + len(search.waiting))
    return Exploration(distinct, runs, bool(search.waiting) or search.left_out, strayed)


class _Search:
    """What is still to be run, the shortest first."""

    def __init__(self, deviations: int | None) -> None:
        self.waiting: list[tuple[int, int, int, Plan]] = [(0, 0, 0, Plan())]
        self.left_out = False
        self._most = deviations
        self._made = 0

    def next(self) -> Plan:
        return heappop(self.waiting)[3]

    def branch(self, plan: Plan, ran: Ran) -> None:
        """Plan all that could have been chosen otherwise after the plan's last deviation."""
        points = ran.trace["points"]
        made = plan.deviations[-1].point if plan.deviations else 0
        asleep = set(plan.asleep)
        segment = points[made - 1]["segment"] if made else None
        for number, point in enumerate(points[made:], made + 1):
            if point["segment"] != segment:
                asleep, segment = set(), point["segment"]
            tried = {point["chosen"]}
            for option in point["options"] if point["requests"] < ran.trace["requests"] else ():
                if option in tried or option in asleep:
                    continue
                self._add(ran, number, point, option, frozenset(z for z in asleep | tried if independent(z, option)))
                tried.add(option)
            asleep = {each for each in asleep if independent(each, point["chosen"])}

    def _add(self, ran: Ran, number: int, point: Mapping[str, Any], option: str, asleep: frozenset[str]) -> None:
        before = [each for each in ran.deviations if each.point < number]
        # Where the first option sleeps, the next choice deviates too.
        if self._most is not None and len(before) + 1 + (point["options"][0] in asleep) > self._most:
            self.left_out = True
            return
        points = [*ran.trace["points"][: number - 1], {**point, "chosen": option}]
        cost = sum(map(_cost, points)) + (point["options"][0] in asleep)
        self._made += 1
        plan = Plan((*before, Deviation(number, option)), asleep)
        heappush(self.waiting, (cost, _postponements(points), self._made, plan))


def _cost(point: Mapping[str, Any]) -> bool:
    """Whether a choice makes a schedule less likely: it deviates, and not only to let wait what was late already."""
    if point["chosen"] == REQUEST and point["late"] == point["waiting"]:
        return False
    return bool(point["chosen"] != point["options"][0])


def _postponements(points: Iterable[Mapping[str, Any]]) -> int:
    return sum(each["waiting"] for each in points if each["chosen"] == REQUEST)


def _shrunk(run: Run, failed: Ran) -> tuple[Ran, int]:
    """The shortest failing run that is found from a failing one, and how many were tried."""
    tried = 0
    seen = {failed.deviations}
    progress = True
    while progress and tried < _SHRINKING:
        progress = False
        for candidate in _shorter(failed):
            if candidate in seen or tried >= _SHRINKING:
                continue
            seen.add(candidate)
            tried += 1
            ran = run(Plan(candidate))
            if ran.failed and ran.length < failed.length:
                failed, progress = ran, True
                break
    return failed, tried


def _shorter(ran: Ran) -> Iterator[tuple[Deviation, ...]]:
    """Schedules that may be shorter: with some deviations left out, then with a request that comes later."""
    deviations = ran.deviations
    for size in range(len(deviations)):
        yield from combinations(deviations, size)
    for place, (number, choice) in enumerate(deviations):
        if choice == REQUEST:
            for later in range(number + 1, number + ran.trace["points"][number - 1]["waiting"]):
                yield (*deviations[:place], Deviation(later, choice), *deviations[place + 1 :])
