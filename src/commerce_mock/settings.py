"""How a mock was asked to behave: the flags of `commerce-mock serve` as one frozen value."""

from dataclasses import dataclass, field

from commerce_mock.auth import DEVELOPMENT_SECRET


@dataclass(frozen=True, slots=True)
class Settings:
    """Lives as long as the engine. `clock` is `real`, `frozen` or an ISO time; `payment_delay` is in seconds."""

    seed: int = 0
    clock: str = "real"
    auth: bool = True
    payment_delay: float = 1.0
    strict: bool = False
    jwt_secret: str = field(default=DEVELOPMENT_SECRET, repr=False)
