import asyncio
from http import HTTPStatus

import pytest
from fastapi.responses import JSONResponse, Response

from reference_services import idempotency
from reference_services.idempotency import Keys
from reference_services.problems import ProblemError


def test_a_key_whose_first_request_still_runs_is_refused() -> None:
    async def scenario() -> None:
        keys, going_on, done = Keys(), asyncio.Event(), asyncio.Event()

        async def slow() -> Response:
            going_on.set()
            await done.wait()
            return JSONResponse({})

        first = asyncio.create_task(keys.once("ann", "orders.create", "k", "same", slow))
        await going_on.wait()
        with pytest.raises(ProblemError) as refused:
            await keys.once("ann", "orders.create", "k", "same", slow)
        assert (refused.value.status, refused.value.code) == (HTTPStatus.CONFLICT, "CONFLICT")
        done.set()
        await first
        again = await keys.once("ann", "orders.create", "k", "same", slow)
        assert again.headers["idempotent-replayed"] == "true"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (HTTPStatus.CREATED, True),
        (HTTPStatus.CONFLICT, True),
        (HTTPStatus.NOT_FOUND, True),
        (HTTPStatus.UNPROCESSABLE_ENTITY, False),
        (HTTPStatus.SERVICE_UNAVAILABLE, False),
    ],
)
def test_a_key_keeps_what_was_done_and_what_the_state_refused(status: HTTPStatus, *, kept: bool) -> None:
    calls = []

    async def work() -> Response:
        calls.append(status)
        return JSONResponse({}, status)

    async def twice(keys: Keys) -> None:
        for _ in range(2):
            await keys.once("ann", "orders.create", "k", "same", work)

    asyncio.run(twice(Keys()))
    assert len(calls) == (1 if kept else 2)


def test_a_key_is_free_again_after_a_crash_and_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    async def work() -> Response:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return JSONResponse({})

    async def scenario() -> None:
        keys = Keys()
        with pytest.raises(ZeroDivisionError):
            await keys.once("ann", "orders.create", "k", "same", work)
        monkeypatch.setattr(idempotency, "_KEPT", -1)
        for _ in range(2):
            assert "idempotent-replayed" not in (await keys.once("ann", "orders.create", "k", "same", work)).headers

    asyncio.run(scenario())
    assert len(calls) == 3
