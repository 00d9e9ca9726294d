"""What a call wants done outside, as values: a call is a generator of steps, and a driver does them, sync or async."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from commerce_sdk._message import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; gives its response, or throws a `TransportError`."""

    request: Request


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Token:
    """Give the bearer token, or None if the client has none; a newer one than `stale`, if it can be had."""

    stale: str | None = field(default=None, repr=False)


Step: TypeAlias = Send | Sleep | Token
Steps: TypeAlias = Generator[Step, Any, T]
