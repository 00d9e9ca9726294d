"""What every service has: health, readiness and metrics, told from the state of the mock itself."""

from collections.abc import Mapping

from commerce_mock.call import Answer, Call, Rule
from commerce_mock.clock import timestamp
from commerce_mock.metrics import exposition
from commerce_mock.transaction import Transaction

WHEN_DOWN = frozenset({"health", "ready"})
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def health(tx: Transaction, call: Call) -> Answer:
    """200 and `healthy`, or 503 and `unhealthy` where the service or one that it calls is down."""
    service = tx.world.behaviour.contract.services[call.operation.service]
    calls = tx.world.behaviour.calls.get(service.name, ())
    dependencies = {"database": "healthy", **{name: _word(tx, name) for name in calls}}
    up = service.name not in tx.world.down and "unhealthy" not in dependencies.values()
    content: dict[str, object] = {
        "status": "healthy" if up else "unhealthy",
        "service": service.name,
        "version": service.version,
        "timestamp": timestamp(tx.now),
        "dependencies": dependencies,
    }
    return _answer(content, up=up)


def ready(tx: Transaction, call: Call) -> Answer:
    """200 where the service takes requests, else 503."""
    name = call.operation.service
    up = name not in tx.world.down
    content: dict[str, object] = {
        "status": "ready" if up else "not_ready",
        "service": name,
        "timestamp": timestamp(tx.now),
    }
    return _answer(content, up=up)


def metrics(tx: Transaction, call: Call) -> Answer:
    """The service's families as Prometheus text."""
    return Answer(exposition(tx.world, call.operation), media_type=METRICS_TYPE)


def _word(tx: Transaction, service: str) -> str:
    return "unhealthy" if service in tx.world.down else "healthy"


def _answer(content: dict[str, object], *, up: bool) -> Answer:
    return Answer(content) if up else Answer(content, 503, headers={b"retry-after": b"5"})


RULES: Mapping[str, Rule] = {"health": health, "ready": ready, "metrics": metrics}
