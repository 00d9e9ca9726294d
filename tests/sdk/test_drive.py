from dataclasses import replace
from typing import Any

import anyio
import pytest

from commerce_sdk import _errors as errors
from commerce_sdk._answer import Answer
from commerce_sdk._message import AsyncNext, Request, Response
from commerce_sdk._operation import Operation
from commerce_sdk._resource import AsyncResource, Resource
from sdk.scripted import AsyncScriptedTransport, ScriptedClock, ScriptedTransport, async_client, client, response

READ = Operation("things.get", "things", "GET", "/things", result="text", secured=True)
BACKENDS = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@BACKENDS
def test_both_drivers_do_the_same_steps(backend: str) -> None:
    script = (errors.ConnectionFailedError("x"), response(503, retry_after="2"), 401, response(200, b"hello"))
    waited, awaited = ScriptedClock(), ScriptedClock()
    sync, other = ScriptedTransport(*script), AsyncScriptedTransport(*script)
    tokens = [iter("ab"), iter("ab")]
    made = client(sync, waited, token=lambda: next(tokens[0]))

    async def token() -> str:
        return next(tokens[1])

    twin = async_client(other, awaited, token=token)

    async def read() -> Any:
        async with twin:
            return await AsyncResource(twin)._call(READ)  # noqa: SLF001 - what generated resources do

    assert Resource(made)._call(READ) == anyio.run(read, backend=backend) == "hello"  # noqa: SLF001 - the same
    assert [(each.attempt, each.headers) for each in sync.requests] == [
        (each.attempt, each.headers) for each in other.requests
    ]
    assert waited.slept[1:] == awaited.slept[1:] == [2.0]


@BACKENDS
def test_async_middleware_and_with_response_work_alike(backend: str) -> None:
    async def middleware(request: Request, call_next: AsyncNext) -> Response:
        answered = await call_next(request.with_headers({"X-Seen": "yes"}))
        return replace(answered, body=answered.body + b"!")

    transport = AsyncScriptedTransport(response(200, b"hello", x_request_id="r-1"))
    made = async_client(transport, middleware=[middleware])

    async def read() -> Answer[str]:
        return await made.with_response(AsyncResource(made)._call, READ)  # noqa: SLF001 - what generated resources do

    answer = anyio.run(read, backend=backend)
    assert (answer.value, answer.status, answer.request_id) == ("hello!", 200, "r-1")
    assert transport.requests[0].headers["X-Seen"] == "yes"


def test_exchanges_of_two_tasks_are_not_mixed_up() -> None:
    transport = AsyncScriptedTransport(response(200, b"0", n="0"), response(200, b"1", n="1"))
    made = async_client(transport)
    answers: list[Answer[str]] = []

    async def one() -> None:
        answers.append(await made.with_response(AsyncResource(made)._call, READ))  # noqa: SLF001 - the same

    async def both() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(one)
            group.start_soon(one)

    anyio.run(both)
    assert [(answer.value, answer.headers["n"]) for answer in answers] == [("0", "0"), ("1", "1")]


def test_an_error_that_is_not_ours_goes_through() -> None:
    def broken(*_: object) -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Resource(client(ScriptedTransport(200), middleware=[broken]))._call(READ)  # noqa: SLF001 - the same
