import threading
from collections.abc import Iterator
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from pydantic import SecretStr

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._token import TokenKeeper


def test_a_given_token_is_kept_for_good() -> None:
    for given in ("t0ken", " t0ken\n", SecretStr("t0ken")):
        keeper = TokenKeeper(given)
        assert (keeper.current, keeper.given, keeper.renewable) == ("t0ken", True, False)
        assert keeper.fresh("t0ken")
        assert "t0ken" not in repr(keeper)


def test_without_a_token_there_is_none() -> None:
    keeper = TokenKeeper(None)
    assert (keeper.current, keeper.given, keeper.fresh(None)) == (None, False, True)


def test_a_provider_is_asked_when_there_is_no_token_or_a_stale_one() -> None:
    tokens: Iterator[str | SecretStr] = iter(["a", SecretStr("b")])
    keeper = TokenKeeper(lambda: next(tokens))
    assert not keeper.fresh(None)
    assert keeper.renew(None) == "a"
    assert keeper.fresh(None)
    assert not keeper.fresh("a")
    assert keeper.renew("a") == "b"
    assert keeper.fresh("a")


async def asked() -> str:
    return "async"


def test_an_async_provider_is_for_async_clients() -> None:
    keeper = TokenKeeper(asked)
    with pytest.raises(InvalidRequestError, match="use AsyncCommerce"):
        keeper.renew(None)
    assert anyio.run(keeper.renew_async, None) == "async"
    assert anyio.run(TokenKeeper(lambda: "plain").renew_async, None) == "plain"


@pytest.mark.parametrize("token", ["", " \n", 7, SecretStr(""), b"t", "a\r\nX: y", "\xe9"])
def test_what_is_no_token_is_refused_and_not_shown(token: Any) -> None:
    with pytest.raises(InvalidRequestError, match="must be visible ASCII characters, not empty"):
        TokenKeeper(token)
    with pytest.raises(InvalidRequestError, match="must be visible ASCII characters, not empty"):
        TokenKeeper(lambda: token).renew(None)


def test_threads_that_wait_for_a_token_ask_once() -> None:
    asked: list[int] = []
    all_wait = threading.Barrier(8)

    def provide() -> str:
        asked.append(1)
        return f"token-{len(asked)}"

    keeper = TokenKeeper(provide)

    def one() -> None:
        all_wait.wait(5)
        keeper.renew(None)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [1]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_that_wait_for_a_token_ask_once(backend: str) -> None:
    asked: list[int] = []

    async def provide() -> str:
        asked.append(1)
        await anyio.lowlevel.checkpoint()
        return "token"

    keeper = TokenKeeper(provide)

    async def all_of_them() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(keeper.renew_async, None)

    anyio.run(all_of_them, backend=backend)
    assert asked == [1]
