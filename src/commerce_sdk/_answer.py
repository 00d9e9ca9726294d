"""What belongs to an answer besides its value, for those who ask."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Generic, Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a call went: `elapsed` in seconds with all attempts and waits, `headers` with names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    elapsed: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The value of a call with its last exchange: what `client.with_response(...)` gives."""

    value: T
    status: int
    headers: Mapping[str, str] = field(repr=False)
    elapsed: float
    attempts: int

    @property
    def request_id(self) -> str | None:
        """The `X-Request-Id` under which the service knows the request."""
        return self.headers.get("x-request-id")


_watched: Final[ContextVar[list[Exchange] | None]] = ContextVar("commerce_exchanges", default=None)


class Watch:
    """Keeps the exchanges of the calls made while it is entered, in this thread or task."""

    def __enter__(self) -> Self:
        self.exchanges: list[Exchange] = []
        self._token = _watched.set(self.exchanges)
        return self

    def __exit__(self, *_: object) -> None:
        _watched.reset(self._token)

    def answer(self, value: T) -> Answer[T]:
        """The value with the last exchange. Raises `RuntimeError` if nothing was sent."""
        if not self.exchanges:
            raise RuntimeError(
                "with_response() was given something that sent no request: give it a method of the client"
            )
        last = self.exchanges[-1]
        return Answer(value, last.status, last.headers, last.elapsed, last.attempts)


def tell(exchange: Exchange) -> None:
    """Tell whoever watches that a call was answered."""
    if (watched := _watched.get()) is not None:
        watched.append(exchange)
