"""The bearer token: given once, or by a function that is asked again when a service no longer takes it."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._headers import is_value

if TYPE_CHECKING:
    import anyio

    from commerce_sdk.transports._loops import PerLoop


class Secret(Protocol):
    """A hidden string, such as pydantic's `SecretStr`."""

    def get_secret_value(self) -> str:
        """What it hides."""
        ...


TokenSource: TypeAlias = str | Secret | Callable[[], str | Secret]
AsyncTokenSource: TypeAlias = TokenSource | Callable[[], Awaitable[str | Secret]]


class TokenKeeper:
    """The token of a client, kept until a service refuses it. Its repr shows no token."""

    def __init__(self, source: AsyncTokenSource | None) -> None:
        self._provider: Callable[[], Any] | None = source if callable(source) else None
        self._token = None if source is None or callable(source) else reveal(source)
        self._lock = Lock()

    @property
    def given(self) -> bool:
        """Whether there is a token, or someone who knows one."""
        return self._provider is not None or self._token is not None

    @property
    def renewable(self) -> bool:
        """Whether a refused token may be followed by another."""
        return self._provider is not None

    @property
    def current(self) -> str | None:
        """The token as it was last given."""
        return self._token

    def fresh(self, stale: str | None) -> bool:
        """Whether the kept token will do; another thread or task may have renewed it meanwhile."""
        return self._provider is None or (self._token is not None and self._token != stale)

    def renew(self, stale: str | None) -> str | None:
        """Ask the provider, once for all threads that wait. Raises `InvalidRequestError` if it is an async one."""
        with self._lock:
            if self.fresh(stale):
                return self._token
            given = self._provider() if self._provider else None
            if inspect.isawaitable(given):
                if inspect.iscoroutine(given):
                    given.close()
                raise InvalidRequestError("the token provider is async: use AsyncCommerce, or give a plain function")
            return self._keep(given)

    async def renew_async(self, stale: str | None) -> str | None:
        """Ask the provider, async or not, once for all tasks of a loop that wait."""
        async with await self._turns.here():
            if self.fresh(stale):
                return self._token
            given = self._provider() if self._provider else None
            return self._keep(await given if inspect.isawaitable(given) else given)

    @cached_property
    def _turns(self) -> "PerLoop[anyio.Lock]":
        from anyio import Lock as Turn  # noqa: PLC0415 - not needed by sync clients

        from commerce_sdk.transports._loops import PerLoop  # noqa: PLC0415 - the same

        async def forget(_: Turn) -> None:
            """A lock leaves nothing behind."""

        return PerLoop(Turn, forget)

    def _keep(self, given: Any) -> str:
        self._token = reveal(given)
        return self._token


def reveal(token: Any) -> str:
    """The text of a token. Raises `InvalidRequestError` for what is none."""
    text = token if isinstance(token, str) else getattr(token, "get_secret_value", lambda: None)()
    if not isinstance(text, str) or not is_value(text.strip()):
        raise InvalidRequestError(f"the token must be visible ASCII characters, not empty; it is of {type(token)}")
    return text.strip()
