"""A recording of one world: what it was asked and said from a moment on, as a file that answers the same elsewhere."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from commerce_mock.clock import parse_time, timestamp
from commerce_mock.controls import PREFIX
from commerce_mock.events import LOG, from_log
from commerce_mock.exporting import contract_hash, exported
from commerce_mock.held import held
from commerce_mock.recorded import answered, asked
from commerce_mock.standins import StandIns
from commerce_mock.store.memory import State
from commerce_mock.surroundings import surroundings

if TYPE_CHECKING:
    from commerce_mock.engine import Engine
    from commerce_mock.wire import Request, Response
    from commerce_mock.world import World

FORMAT: Final = "commerce-mock/recording"
VERSION: Final = 1
MOST: Final = 10_000  # requests
LARGEST: Final = 64 * 1024 * 1024  # bytes of bodies, asked and answered
_RESET: Final = f"{PREFIX}/reset"
_LOOKS: Final = ("GET", "HEAD")
# Controls that look, or that are about other worlds than this one, change nothing in it.
_ASIDE: Final = tuple(f"{PREFIX}/{name}" for name in ("recordings", "worlds", "tokens", "requests", "coverage"))


def digest(requests: Sequence[Mapping[str, Any]], last: Mapping[str, Any]) -> str:
    """The hash of all answers and events."""
    said = [[request["answer"], request["events"]] for request in requests]
    return sha256(orjson.dumps([said, last["events"]])).hexdigest()


class Recording:
    """Lives from its start to its stop, and keeps no secret. `requests` is what was asked and said so far.

    `complete` is false once there was more than it holds: what came after that is left out. While it does not wait
    (`waits`), it has a request answered.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.waits = True
        self.complete = True
        self.requests: list[dict[str, Any]] = []
        self._standins = StandIns(world.behaviour.public)
        self._size = 0
        with world.lock:
            self._began = world.store.state
            self._origin = world.origin
            self._told = world.store.begin().count(LOG)
            self._head: dict[str, Any] = {
                "world": world.name,
                "urls": dict(world.urls),
                "time": timestamp(world.clock.now()),
                "surroundings": surroundings(world),
            }
            self._turn()

    def take(self, engine: "Engine", request: "Request") -> "Response":
        """Have a request answered, and note it."""
        world = self.world
        with world.lock:
            changed = self._changes()
            number, before = world.journal.total + 1, world.store.state
            self.waits = False
            try:
                stood = world.clock.frozen_at is not None
                with held(world) as machine:
                    response = engine.respond(world, request)
            finally:
                self.waits = True
            if stood and world.clock.frozen_at is None:  # it was set going, by the machine's clock
                changed["machine"] = timestamp(machine)
            entry = next(world.journal.newest())
            if self._counts(request):
                content = {
                    "number": number,
                    "time": timestamp(entry.time),
                    **changed,
                    **asked(world, request, entry, self._standins, before),
                    "answer": answered(response, entry, world.behaviour.contract),
                    "events": self.events(),
                }
                self.requests.append(content)
                self._size += len(request.body) + len(response.body)
            self._turn()
        return response

    def bundle(self, version: str) -> dict[str, Any]:
        """All of it as one document; `version` is that of the mock."""
        world = self.world
        with world.lock:
            last = {"time": timestamp(world.clock.now()), "events": self.events() if self.complete else []}
            settings = world.settings
            return {
                "format": FORMAT,
                "version": VERSION,
                "made_by": version,
                "contract": contract_hash(world.behaviour.contract),
                "settings": {
                    "seed": settings.seed,
                    "auth": settings.auth,
                    "payment_delay": settings.payment_delay,
                    "strict": settings.strict,
                    "jwt_algorithm": settings.jwt_algorithm,
                },
                **self._head,
                "began": exported(self._as_of(self._began)),
                **({"origin": exported(self._as_of(self._origin))} if self._returns() else {}),
                "requests": self.requests,
                "last": last,
                "complete": self.complete,
                "sha256": digest(self.requests, last),
            }

    def _counts(self, request: "Request") -> bool:
        """Whether a request belongs in the recording: it is about this world, and there is room for it."""
        if request.path.startswith(PREFIX) and (request.method in _LOOKS or request.path.startswith(_ASIDE)):
            return False
        self.complete = self.complete and len(self.requests) < MOST and self._size < LARGEST
        return self.complete

    def _changes(self) -> dict[str, Any]:
        """What was turned since the last request, but not by one: a test may reach into its world."""
        world, now = self.world, surroundings(self.world)
        changed = {name: value for name, value in now.items() if value != self._surroundings[name]}
        if world.store.state is world.origin and self._state is not world.origin:
            changed = {"reset": True, **changed}
        return {"turned": changed} if changed else {}

    def events(self) -> list[dict[str, Any]]:
        """The events since the last request that was noted."""
        store = self.world.store.begin()
        total = store.count(LOG)
        new = [store.entry(LOG, number) for number in range(self._told, total)]
        self._told = total
        return [from_log(entry).document(self.world.name) for entry in new]

    def _as_of(self, state: State) -> "World":
        """A world with an earlier state of this one; what surrounded it is told apart."""
        twin = self.world.twin(self.world.name, parse_time(self._head["time"]))
        twin.store.state = state
        return twin

    def _returns(self) -> bool:
        """Whether a reset is in it that returns to another state than that with which it began."""
        resets = any("reset" in each.get("turned", ()) or each["path"] == _RESET for each in self.requests)
        return resets and self._began is not self._origin

    def _turn(self) -> None:
        """Remember how things are after a request."""
        self._surroundings = surroundings(self.world)
        self._state = self.world.store.state
