"""How a mock was asked to behave: the flags of `commerce-mock serve` as one frozen value."""

from dataclasses import dataclass, field

from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.keys import HS256, SigningKey, signing_key

MEBIBYTE = 1024 * 1024
LARGEST_IMPORT = 256  # MiB, unless the mock is started with another: a world of some 350,000 orders


@dataclass(frozen=True, slots=True)
class Settings:
    """Lives as long as the engine.

    `clock` is `real`, `frozen` or an ISO time; `payment_delay` is in seconds, or a text that `settlement` reads.
    """

    seed: int = 0
    clock: str = "real"
    auth: bool = True
    payment_delay: float | str = 1.0
    strict: bool = False
    jwt_secret: str = field(default=DEVELOPMENT_SECRET, repr=False)
    jwt_algorithm: str = HS256
    jwt_key: str | None = field(default=None, repr=False)  # PEM, for RS256; without it the seed makes one
    admin_token: str | None = field(default=None, repr=False)  # what the controls ask for; None: nothing
    world_idle: float = 3600.0  # seconds after which a world is forgotten that nobody names; 0: never
    largest_import: int = LARGEST_IMPORT * MEBIBYTE  # bytes of a body that is a whole world

    @property
    def key(self) -> SigningKey:
        """What tokens are signed with. Raises KeyUnusableError."""
        return signing_key(self.jwt_algorithm, self.jwt_secret, self.jwt_key, self.seed)
