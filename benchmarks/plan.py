"""How much a run does: rounds, seconds and counts, all bounded."""

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What `--only` chooses from, in the order of a run."""

    CREATE = "create"
    READ = "read"
    BEFORE = "before"
    STARTUP = "startup"
    MEMORY = "memory"
    STORED = "stored"
    LAYERS = "layers"
    CONTROLS = "controls"
    PUBLISHING = "publishing"
    RELAY = "relay"
    LISTENERS = "listeners"
    IMPORT = "import"
    CALL = "call"
    CONCURRENT = "concurrent"
    IN_PROCESS = "in-process"
    WHEEL = "wheel"
    TYPES = "types"


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of one run. Seconds are of one round of load; counts are of orders, owners and starts.

    `redis_events` and `rabbit_events` wait in an outbox to be published. The last five are the client's: imports and
    type checks of each program, batches a round, calls a batch, and calls of each of those who call at once.
    """

    name: str
    rounds: int
    seconds: int
    warm_up_seconds: int
    connections: int
    owners: int
    bodies: int
    starts: int
    memory_orders: int
    few_orders: int
    many_orders: int
    listed_orders: int
    listeners: int
    redis_events: int
    rabbit_events: int
    imports: int
    checks: int
    turns: int
    calls: int
    crowd_calls: int


FULL = Plan(
    name="latest",
    rounds=7,
    seconds=3,
    warm_up_seconds=2,
    connections=32,
    owners=100,
    bodies=2_000,
    starts=11,
    memory_orders=200_000,
    few_orders=1_000,
    many_orders=1_000_000,
    listed_orders=50,
    listeners=1_000,
    redis_events=100_000,
    rabbit_events=30_000,
    imports=11,
    checks=3,
    turns=30,
    calls=50,
    crowd_calls=50,
)
QUICK = Plan(
    name="quick",
    rounds=3,
    seconds=1,
    warm_up_seconds=1,
    connections=32,
    owners=10,
    bodies=200,
    starts=3,
    memory_orders=10_000,
    few_orders=500,
    many_orders=20_000,
    listed_orders=50,
    listeners=1_000,
    redis_events=20_000,
    rabbit_events=5_000,
    imports=3,
    checks=0,
    turns=5,
    calls=50,
    crowd_calls=10,
)
