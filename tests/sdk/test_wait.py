import anyio
import pytest

from commerce_sdk import _errors as errors
from commerce_sdk._operation import Operation
from commerce_sdk._resource import AsyncResource, Resource
from sdk.scripted import AsyncScriptedTransport, ScriptedClock, ScriptedTransport, async_client, client, response

READ = Operation("payments.get", "things", "GET", "/payments/{id}", result="payments:Payment")


def payment(status: str) -> object:
    text = '{"id":"pay-1","orderId":"o","userId":"u","amount":1.50,"currency":"USD","createdAt":"2023-01-01T00:00:00Z"'
    return response(200, f'{text},"status":"{status}"}}'.encode())


def wait(transport: ScriptedTransport, clock: ScriptedClock, timeout: float = 30) -> str:
    resource = Resource(client(transport, clock))
    found = resource._wait(READ, path={"id": "1"}, state="status", leaves="processing", timeout=timeout)  # noqa: SLF001 - what generated resources do
    return str(found.status)


def test_it_reads_until_the_state_is_left_with_growing_pauses() -> None:
    clock = ScriptedClock()
    transport = ScriptedTransport(*[payment("processing")] * 3, payment("completed"))
    assert wait(transport, clock) == "completed"
    assert clock.slept == pytest.approx([0.2, 0.3, 0.45])


def test_pauses_do_not_grow_for_ever() -> None:
    clock = ScriptedClock()
    wait(ScriptedTransport(*[payment("processing")] * 14, payment("failed")), clock, timeout=60)
    assert max(clock.slept) == 5.0


def test_a_resource_that_stays_is_told_when_the_time_is_over() -> None:
    clock = ScriptedClock()
    with pytest.raises(errors.RequestTimeoutError, match=r"payments\.get: still processing after 2 s"):
        wait(ScriptedTransport(*[payment("processing")] * 99), clock, timeout=2)
    assert 1.7 < sum(clock.slept) <= 2.0


def test_waiting_works_alike_for_async() -> None:
    made = async_client(AsyncScriptedTransport(payment("processing"), payment("completed")))

    async def run() -> str:
        resource = AsyncResource(made)
        found = await resource._wait(READ, path={"id": "1"}, state="status", leaves="processing", timeout=9)  # noqa: SLF001 - the same
        return str(found.status)

    assert anyio.run(run) == "completed"
