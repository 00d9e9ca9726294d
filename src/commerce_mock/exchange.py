"""One request while it is being answered: what journal, meters and log will know of it."""

from time import perf_counter

from commerce_contract import Operation
from commerce_mock.auth import Caller
from commerce_mock.fault_effects import Strike
from commerce_mock.journal import Raised
from commerce_mock.problems import Problem
from commerce_mock.wire import Header, Request
from commerce_mock.world import World

LONGEST_ID = 128
LONGEST_PATH = 2048  # characters of a path that the journal keeps


class Exchange:
    """Lives for one request, at one time (`now`). `id` is the client's `X-Request-Id`, or the world's next.

    `before` is the state that it finds, `first_event` the number of the first event that it caused, where there is one;
    `raised` is where it was refused, `strike` what goes wrong with it and `fault` how that is told.
    """

    __slots__ = (
        "before", "caller", "code", "fault", "first_event", "id", "now", "operation", "raised", "request", "started",
        "strike", "warnings", "world",
    )  # fmt: skip

    def __init__(self, world: World, request: Request) -> None:
        self.started = perf_counter()
        self.world = world
        self.now = world.clock.now()
        self.before = world.store.state
        self.request = request
        self.operation: Operation | None = None
        self.caller: Caller | None = None
        self.code: str | None = None
        self.raised: Raised | None = None
        self.strike: Strike | None = None
        self.fault: str | None = None
        self.first_event: int | None = None
        self.warnings: tuple[str, ...] = ()
        given = request.headers.get(b"x-request-id")
        if world.schedule is not None:
            world.schedule.arrive(request.method, request.path[:LONGEST_PATH])
        self.id = f"req-{world.journal.total + 1}" if given is None else _usable(given, world)


def timing(seconds: float) -> Header:
    """The header that tells how long an answer took, in milliseconds."""
    return (b"server-timing", b"app;dur=%.2f" % (seconds * 1000))


# Made once: nearly every answer takes one of these times.
USUAL = 0.01  # seconds
STEPS = 100_000  # in a second
TIMINGS = tuple(timing(step / STEPS) for step in range(int(USUAL * STEPS) + 1))


def place(problem: Problem) -> Raised | None:
    """Where a problem was raised, or what it stands for; None where it was only made."""
    trace = problem.__traceback__
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    frame = trace.tb_frame
    return frame.f_globals.get("__name__", "?"), frame.f_code.co_qualname, trace.tb_lineno


def _usable(given: bytes, world: World) -> str:
    """The client's id where a header can carry it back and a log can show it."""
    text = given.decode("latin-1")
    if 0 < len(text) <= LONGEST_ID and text.isascii() and text.isprintable():
        return text
    return f"req-{world.journal.total + 1}"
