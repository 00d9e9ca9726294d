"""A world: one universe of state, time, events and requests of all services."""

import logging
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING

import orjson

from commerce_mock.behaviour import Behaviour
from commerce_mock.branches import branch, new_branch
from commerce_mock.clock import SECOND, Clock
from commerce_mock.deliveries import arrive
from commerce_mock.delivery import DUE
from commerce_mock.delivery_rules import DeliveryRules
from commerce_mock.distributing import distribute
from commerce_mock.events import Emitted, Outbox
from commerce_mock.faults import Faults
from commerce_mock.forcing import Forcing
from commerce_mock.journal import Journal
from commerce_mock.metrics import Meters
from commerce_mock.outages import Doors, bring_all_up
from commerce_mock.schedules import Schedule
from commerce_mock.settings import Settings
from commerce_mock.store.memory import NOTHING, MemoryStore, State
from commerce_mock.store.timers import Timer
from commerce_mock.transaction import Transaction
from commerce_mock.versions import Versions

if TYPE_CHECKING:
    from commerce_mock.recording import Recording
    from commerce_mock.snapshots import Moment
    from commerce_mock.worlds import Worlds

log = logging.getLogger("commerce_mock")


class World:
    """Lives until the mock ends. `origin` is the state that a reset returns to; `down` names the services marked down.

    `used` is when a request last named it (seconds of the machine's monotonic clock), `worlds` all that there are.
    `due` is when the next timer fires (milliseconds since the epoch), `urls` where each service is reached, once a
    server listens, `outbox` where its events go besides its own services, `birth` the number of its first branch
    and `era` that of the one it is on.
    """

    def __init__(self, behaviour: Behaviour, settings: Settings, clock: Clock, name: str = "default") -> None:
        self.name = name
        self.birth = self.era = new_branch()
        self.header = (b"x-mock-world", name.encode())
        self.used = monotonic()
        self.worlds: Worlds | None = None
        self.behaviour = behaviour
        self.settings = settings
        self.clock = clock
        self.store = MemoryStore()
        self.origin: State = NOTHING
        self.journal = Journal()
        self.versions = Versions()
        self.snapshots: dict[str, Moment] = {}
        self.meters = Meters()
        self.lock = RLock()
        self.running: set[tuple[str, str, str]] = set()
        self.down: set[str] = set()
        self.refusing: set[str] = set()
        self.doors: Doors | None = None
        self.faults = Faults(settings.seed)
        self.forced: list[Forcing] = []
        self.delivery_rules = DeliveryRules()
        self.schedule: Schedule | None = None
        self.outbox: Outbox | None = None
        self.recording: Recording | None = None
        self.urls: dict[str, str] = {}
        self.due: int | None = None

    def twin(self, name: str, frozen_at: int | None, offset: int = 0) -> "World":
        """Another world with the same beginning, at the same addresses, of which nothing has happened yet."""
        other = World(self.behaviour, self.settings, Clock(frozen_at, offset), name)
        other.origin, other.urls, other.worlds, other.outbox = self.origin, self.urls, self.worlds, self.outbox
        other.faults = self.faults.twin()
        other.delivery_rules = self.delivery_rules.twin()
        return other

    def transaction(self, correlation_id: str, traceparent: str | None = None, now: int | None = None) -> Transaction:
        """A transaction on the current state, at the world's time."""
        return Transaction(self, self.clock.now() if now is None else now, correlation_id, traceparent)

    def deliver(self, events: list[Emitted]) -> None:
        """Hand committed events, and those that they cause, to the reactions: in order, each reaction on its own.

        Where the world has delivery rules, they decide what becomes of each, and a schedule decides when.
        """
        queue = list(events)
        scheduled = self.schedule
        for event in queue:  # it grows while it is gone through
            kind = event.event.type
            self.meters.published[kind] += 1
            observed = self.behaviour.observed.get(kind)
            if observed is not None:
                self.meters.value(kind, event.about.value.get(observed))
            if scheduled is not None:
                continue
            if self.delivery_rules.active:
                queue += distribute(self, event)
                continue
            if self.outbox is not None and (event.told is None or event.told.publish):
                self.outbox.append(self.name, event)
            for receiver in self.behaviour.reactions[kind]:
                queue += self.react(receiver, event)
        if scheduled is not None:
            scheduled.deliver(self, queue)

    def react(self, receiver: str, event: Emitted, now: int | None = None) -> list[Emitted]:
        """Let one service hear of an event, at `now` or as it happens; the events that it emits.

        What fails is logged and leaves no trace.
        """
        tx = Transaction(self, event.heard if now is None else now, event.correlation_id, event.traceparent)
        try:
            with tx:
                self.behaviour.reactions[event.event.type][receiver](tx, event)
        except Exception:
            # One consumer's failure must not stop the others, as on a broker.
            log.exception("the reaction of %s to %s failed", receiver, event.id)
            return []
        return tx.emitted

    # Time

    def reschedule(self) -> None:
        """Look up anew which timer is next: after a timer was set or the state was replaced."""
        timer = self.store.begin().next_timer()
        self.due = timer[0] if timer else None

    def next_due(self) -> float | None:
        """Seconds until the next timer, on a real clock; None where there is none, or time stands still."""
        due = self.due  # another thread may let it fire meanwhile
        if due is None or self.clock.frozen_at is not None:
            return None
        return max(0.0, (due - self.clock.now()) / SECOND)

    def run_due(self, now: int | None = None) -> None:
        """Let every timer fire that is due, in order, each at its own time. What fails in one is logged, not raised."""
        now = self.clock.now() if now is None else now
        due = self.due
        if due is None or due > now:
            return
        with self.lock:
            self._run_until(now)

    def advance(self, milliseconds: int) -> list[Timer]:
        """Let so much time pass at once, through every timer on the way; those that fired."""
        with self.lock:
            return self.go_to(self.clock.now() + milliseconds, frozen=self.clock.frozen_at is not None)

    def go_to(self, now: int, *, frozen: bool) -> list[Timer]:
        """Let it be `now`, from where time stands still or goes on; on the way forward every timer fires that is due.

        Backwards nothing happens: what is due waits until its time comes again.
        """
        with self.lock:
            clock = self.clock
            clock.set(clock.now(), frozen=True)  # while timers fire, it is their time
            try:
                fired = self._run_until(now)
            finally:
                clock.set(now, frozen=frozen)
            return fired

    def _run_until(self, target: int) -> list[Timer]:
        fired = []
        while self.due is not None and self.due <= target:
            if self.clock.frozen_at is not None:
                self.clock.frozen_at = max(self.due, self.clock.frozen_at)
            timer = _, _, name, packed = self.store.begin().take_timer()
            fired.append(timer)
            argument, correlation_id, traceparent = orjson.loads(packed)
            tx = self.transaction(correlation_id, traceparent, self.due)
            tx.store.take_timer()
            try:
                with tx:
                    self.behaviour.timers[name](tx, argument)
            except Exception:
                log.exception("the timer %s of %s failed", name, argument)
                with self.transaction(correlation_id, traceparent, self.due) as tx:
                    tx.store.take_timer()
            self.reschedule()
            self.deliver(tx.emitted)
            if name == DUE:
                arrive(self, argument, timer[0])
        return fired

    def reset(self) -> None:
        """Return to the scenario: its state, all services up, an empty journal. Time goes on."""
        with self.lock:
            self.store.state = self.origin
            if self.outbox is not None:
                branch(self)
            self.journal.clear()
            self.versions.clear()
            bring_all_up(self)
            self.faults.reset()
            self.delivery_rules.reset()
            if self.schedule is not None:
                self.schedule.forget()
            self.forced.clear()
            self.reschedule()
