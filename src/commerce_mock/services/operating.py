"""What every service has: health, readiness and metrics, told from the state of the mock itself."""

from collections.abc import Iterable, Mapping

from commerce_mock import derived
from commerce_mock.call import Answer, Call, Rule
from commerce_mock.clock import timestamp
from commerce_mock.metrics import exposition
from commerce_mock.problems import retry_after, unavailable
from commerce_mock.transaction import Transaction

WHEN_DOWN = frozenset({"health", "ready"})
DOWN = 503
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def health(tx: Transaction, call: Call) -> Answer:
    """200 and `healthy`, or 503 and `unhealthy` where the service or one that it calls is down."""
    service = tx.world.behaviour.contract.services[call.operation.service]
    names = [*_documented(call), *tx.world.behaviour.calls.get(service.name, ())]
    dependencies = {name: _word(tx, name) for name in names}
    up = service.name not in tx.world.down and "unhealthy" not in dependencies.values()
    content: dict[str, object] = {
        "status": "healthy" if up else "unhealthy",
        "service": service.name,
        "version": service.version,
        "timestamp": timestamp(tx.now),
        "dependencies": dependencies,
    }
    return _answer(tx, call, content, up=up)


def ready(tx: Transaction, call: Call) -> Answer:
    """200 where the service takes requests, else 503."""
    name = call.operation.service
    up = name not in tx.world.down
    content: dict[str, object] = {
        "status": "ready" if up else "not_ready",
        "service": name,
        "timestamp": timestamp(tx.now),
    }
    return _answer(tx, call, content, up=up)


def metrics(tx: Transaction, call: Call) -> Answer:
    """The service's families as Prometheus text; the example where the contract means something else by metrics."""
    if not (call.operation.success.media_type or "").startswith("text/plain"):
        return derived.example(tx, call)
    return Answer(exposition(tx.world, call.operation), media_type=METRICS_TYPE)


def _word(tx: Transaction, service: str) -> str:
    return "unhealthy" if service in tx.world.down else "healthy"


def _documented(call: Call) -> Iterable[str]:
    """What the example of a health answer shows that the service depends on."""
    example = next(iter(call.operation.success.examples.values()), None)
    found = example.get("dependencies") if isinstance(example, dict) else None
    return found if isinstance(found, dict) else ()


def _answer(tx: Transaction, call: Call, content: dict[str, object], *, up: bool) -> Answer:
    """503 where something is down, unless the operation answers whatever the state (the mock's own health).

    A foreign contract that says health in words of its own gets its example.
    """
    operation = call.operation
    status = operation.success.status if up or DOWN not in operation.responses else DOWN
    schema = operation.responses[status].schema
    if schema is None or not schema.is_valid(content):
        if not up:
            raise unavailable()
        return derived.example(tx, call)
    return Answer(content, status, headers=retry_after() if status == DOWN else {})


RULES: Mapping[str, Rule] = {"health": health, "ready": ready, "metrics": metrics}
