"""What frameworks answer by themselves where the contract would have it otherwise: a profile lets it pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """Which defaults of a framework a run lets pass; lives for ever.

    `wrong_method` are the statuses that a method may get which a known path does not have. `allow` asks for `Allow`
    there. `own_refusals` lets the router's own 404 and 405 be no problem documents.
    """

    name: str
    wrong_method: frozenset[int] = frozenset({405})
    allow: bool = True
    own_refusals: bool = False


PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile("strict"),
        # Starlette's router sends no `Allow` for what several routes of one path have together, and its own JSON.
        Profile("fastapi", allow=False, own_refusals=True),
        # Express and Gin know no 405 unless a team writes it: what no route has is 404, in a shape of their own.
        Profile("express", frozenset({404, 405}), allow=False, own_refusals=True),
        Profile("gin", frozenset({404, 405}), allow=False, own_refusals=True),
    )
}
