"""One request while it is being answered: what journal, meters and log will know of it."""

from time import perf_counter

from commerce_contract import Operation
from commerce_mock.wire import Request
from commerce_mock.world import World

LONGEST_ID = 128
LONGEST_PATH = 2048  # characters of a path that the journal keeps


class Exchange:
    """Lives for one request, at one time (`now`). `id` is the client's `X-Request-Id`, or the world's next."""

    __slots__ = ("code", "id", "now", "operation", "request", "started", "warnings", "world")

    def __init__(self, world: World, request: Request) -> None:
        self.started = perf_counter()
        self.world = world
        self.now = world.clock.now()
        self.request = request
        self.operation: Operation | None = None
        self.code: str | None = None
        self.warnings: tuple[str, ...] = ()
        given = request.headers.get(b"x-request-id")
        self.id = f"req-{world.journal.total + 1}" if given is None else _usable(given, world)


def _usable(given: bytes, world: World) -> str:
    """The client's id where a header can carry it back and a log can show it."""
    text = given.decode("latin-1")
    if 0 < len(text) <= LONGEST_ID and text.isascii() and text.isprintable():
        return text
    return f"req-{world.journal.total + 1}"
