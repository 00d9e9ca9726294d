"""What a service is told when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

SERVICES: Final[Mapping[str, int]] = {"users": 3002, "orders": 3001, "payments": 3003, "notifications": 3004}


class Style(StrEnum):
    """The framework whose defaults are shown for unknown paths, unknown methods and trailing slashes."""

    FASTAPI = "fastapi"
    EXPRESS = "express"
    GIN = "gin"


@dataclass(frozen=True, slots=True)
class Settings:
    """The same for all services of one platform.

    `urls` says where each service is reached, `redis` is the URL of the broker, `secret` signs tokens (HS256).
    `payment_delay` is how long a payment stays `processing`, `breaker_timeout` how long a breaker stays open, both in
    seconds. `mailbox` is a file that mails are appended to, a JSON document a line, in place of a mail server.
    """

    urls: Mapping[str, str]
    redis: str = field(repr=False)
    secret: str = field(repr=False)
    payment_delay: float = 0.2
    breaker_timeout: float = 30
    mailbox: Path | None = None
    style: Style = Style.FASTAPI
    faults: frozenset[str] = frozenset()
