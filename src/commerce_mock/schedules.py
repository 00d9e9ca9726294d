"""A schedule of a world: in which order deliveries come, among each other and between the client's requests.

While a world has one, each delivery to a service waits for its turn. Wherever something is to be chosen, the schedule
says what comes next: one of the deliveries that may legally come, or the client's next request. Legal is what brokers
promise however many consumers share a queue: each receiver hears of one resource in the order of the log, and of
different resources in any order. Brokers themselves get every event at once.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from commerce_mock.controls import PREFIX
from commerce_mock.delivery import BROKERS
from commerce_mock.distributing import send
from commerce_mock.events import Emitted
from commerce_mock.exporting import contract_hash

if TYPE_CHECKING:
    from commerce_mock.world import World

REQUEST: Final = "request"
"""The choice that nothing more comes before the client's next request, or the next timer."""
PATIENCE: Final = 3
"""How many requests a delivery can be postponed by: a client that polls gets to an end."""
MOST_POINTS: Final = 2_000
_LONGEST_STORY: Final = 20_000


class Deviation(NamedTuple):
    """At the choice point of that number, from 1, something else than the first option: its name."""

    point: int
    choice: str


class Point(NamedTuple):
    """Where something was chosen. `options[0]` is what comes where nobody says otherwise.

    `requests` is how many client's requests had come by then; `segment` changes whenever a request comes or something
    else happens that is no delivery. `waiting` counts the deliveries on their way, `late` those that a request has
    overtaken already.
    """

    options: tuple[str, ...]
    chosen: str
    waiting: int
    late: int
    requests: int
    segment: int


class _Underway:
    """A delivery that waits; `age` counts the requests by which it is late."""

    __slots__ = ("age", "event", "lane", "name", "receiver")

    def __init__(self, event: Emitted, receiver: str) -> None:
        self.event = event
        self.receiver = receiver
        self.name = f"{event.id}/{receiver}"
        self.lane = (receiver, event.about.resource.collection, event.about.key)
        self.age = 0


class Schedule:
    """Lives from when it is set until it is ended; the world's lock guards it. Nothing waits after `all_come`.

    `deviations` say where something else than the first option is chosen, by point. After the last of them the
    deliveries `asleep` are not chosen as long as it makes no difference whether they come now: a search has tried that.
    `missed` are the points at which a deviation could not be followed.
    """

    def __init__(
        self, deviations: Iterable[Deviation] = (), *, patience: int = PATIENCE, asleep: Iterable[str] = ()
    ) -> None:
        self.deviations: Mapping[int, str] = dict(deviations)
        self.patience = patience
        self.points: list[Point] = []
        self.missed: list[int] = []
        self.redundant = False
        self.requests = 0
        self.story: list[dict[str, Any]] = []
        self._asleep = set(asleep)
        self._last = max(self.deviations, default=0)
        self._waiting: list[_Underway] = []
        self._segment = 0
        self._open = True
        self._running = False

    def arrive(self, method: str, path: str) -> None:
        """A request comes: whatever waits is later by one, unless it is for the mock's own controls."""
        if path.startswith(PREFIX):
            return
        self.requests += 1
        self._tell({REQUEST: f"{method} {path}"})
        for each in self._waiting:
            each.age += 1
        self._begin_segment()

    def leave(self, world: "World") -> None:
        """Its answer is made: make the deliveries that come before the next one."""
        if self._open and self._waiting:
            self._proceed(world)

    def deliver(self, world: "World", events: Iterable[Emitted]) -> None:
        """Let those who hear of events wait for them; then make the deliveries whose turn it is."""
        for event in events:
            if world.outbox is not None and (event.told is None or event.told.publish):
                send(world, BROKERS, event)
            self._waiting += [_Underway(event, receiver) for receiver in world.behaviour.reactions[event.type]]
        if not self._running:
            self._begin_segment()
            self._proceed(world)

    def all_come(self, world: "World") -> None:
        """Make all deliveries that wait, and those that they cause, in order: whoever looks now has waited for them."""
        if self._running:
            return
        self._running = True
        try:
            while self._waiting:
                self._make(world, self._waiting[0])
        finally:
            self._running = False

    def forget(self) -> None:
        """Let nothing wait any more: the world is taken back to what it was."""
        self._waiting.clear()
        self._tell({"note": "the world was taken back"})

    def document(self) -> dict[str, Any]:
        """The schedule and what was chosen, as the control document shows it."""
        return {
            "deviations": [{"point": point, "choice": choice} for point, choice in sorted(self.deviations.items())],
            "patience": self.patience,
            "requests": self.requests,
            "waiting": [each.name for each in self._waiting],
            "missed": self.missed,
            "redundant": self.redundant,
            "points": [{**each._asdict(), "options": [*each.options]} for each in self.points],
            "story": self.story,
        }

    def _proceed(self, world: "World") -> None:
        """Make deliveries until the schedule says that the client has its turn, or nothing waits."""
        self._running = True
        try:
            while self._waiting:
                heads: dict[tuple[str, str, str], _Underway] = {}
                for each in self._waiting:
                    heads.setdefault(each.lane, each)
                options = {each.name: each for each in heads.values()}
                late = any(each.age >= self.patience for each in self._waiting)
                chosen = self._choose((*options,) if late else (*options, REQUEST))
                if chosen == REQUEST:
                    self._open = False
                    return
                self._make(world, options[chosen])
        finally:
            self._running = False

    def _choose(self, options: tuple[str, ...]) -> str:
        if len(options) == 1 or len(self.points) >= MOST_POINTS:
            return options[0]
        number = len(self.points) + 1
        wanted = self.deviations.get(number)
        if wanted is not None and wanted not in options:
            self.missed.append(number)
            wanted = None
        if wanted is None:
            asleep = self._asleep if number > self._last else ()
            wanted = next((each for each in options if each not in asleep), None)
            self.redundant |= wanted is None
            wanted = wanted or options[0]
        waiting, late = len(self._waiting), sum(each.age > 0 for each in self._waiting)
        self.points.append(Point(options, wanted, waiting, late, self.requests, self._segment))
        if number > self._last:
            self._asleep = {each for each in self._asleep if independent(each, wanted)}
        return wanted

    def _make(self, world: "World", each: _Underway) -> None:
        self._waiting.remove(each)
        event, receiver = each.event, each.receiver
        self._tell({"delivery": each.name, "type": event.type, "postponed": each.age})
        world.deliver(send(world, receiver, event, world.clock.now() if each.age else None))

    def _begin_segment(self) -> None:
        self._segment += 1
        self._open = True
        if len(self.points) >= self._last:
            self._asleep.clear()

    def _tell(self, step: dict[str, Any]) -> None:
        if len(self.story) < _LONGEST_STORY:
            self.story.append(step)


def told(world: "World", schedule: Schedule) -> dict[str, Any]:
    """What a schedule of a world has chosen, with what has to be the same wherever it is to choose that again."""
    contract = contract_hash(world.behaviour.contract)
    return {"contract": contract, "seed": world.settings.seed, **schedule.document()}


def independent(one: str, other: str) -> bool:
    """Whether the order of two choices makes no difference: each service changes only what is its own."""
    return REQUEST not in {one, other} and receiver_of(one) != receiver_of(other)


def receiver_of(name: str) -> str:
    """Who a delivery of that name goes to."""
    return name.rpartition("/")[2]
