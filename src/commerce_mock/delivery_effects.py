"""What can happen to an event on its way to a receiver, under the names that the control document gives it.

An effect is a frozen value that says what was ordered; `deliveries` does it.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Final

from commerce_mock.clock import DAY, parse_duration
from commerce_mock.problems import invalid

LONGEST: Final = 366 * DAY
Chance = Callable[[str], float]
"""A number from 0 to 1, below 1, for a purpose: the same for the same delivery."""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits until somebody releases it."""

    word: ClassVar[str] = "hold"


@dataclass(frozen=True, slots=True)
class Delay:
    """It comes `delay` late on the world's clock; with `up_to` between both."""

    word: ClassVar[str] = "delay"
    delay: str
    up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """It comes at once, and `copies` times more: at once too, or so late as `Delay` says, each for itself."""

    word: ClassVar[str] = "duplicate"
    copies: int = 1
    delay: str | None = None
    up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """It is lost."""

    word: ClassVar[str] = "drop"


@dataclass(frozen=True, slots=True)
class Reorder:
    """It waits until `window` are there, or since the first of them `within` has passed; then all come, shuffled."""

    word: ClassVar[str] = "reorder"
    window: int | None = None
    within: str | None = None


EffectOnDelivery = Hold | Delay | Duplicate | Drop | Reorder
EFFECTS: Final[Mapping[str, Any]] = {effect.word: effect for effect in (Hold, Delay, Duplicate, Drop, Reorder)}


def lateness(effect: Delay | Duplicate, chance: Chance, purpose: str = "delay") -> int:
    """How late it comes, in milliseconds; 0 for at once."""
    least = parse_duration(effect.delay or "0s")
    most = least if effect.up_to is None else parse_duration(effect.up_to)
    return least + int(chance(purpose) * (most - least + 1))


def effect_of(document: Mapping[str, Any], others: frozenset[str]) -> EffectOnDelivery:
    """The effect that a document of the control API describes; `others` are what it says besides.

    The schema has judged it already. Raises Problem VALIDATION_ERROR for a property that is missing or means nothing to
    this effect, and for a duration that is none.
    """
    made = EFFECTS[document["effect"]]
    names = [each.name for each in fields(made)]
    for each in fields(made):
        if each.name not in document and each.default is MISSING:
            raise invalid(f"/{each.name}", f"is required by the effect `{made.word}`")
    for name in document:
        if name not in others and name not in names:
            knows = f"it takes {', '.join(names)}" if names else "it takes nothing more"
            raise invalid(f"/{name}", f"means nothing to the effect `{made.word}`: {knows}")
    effect: EffectOnDelivery = made(**{name: document[name] for name in names if name in document})
    _check(effect)
    return effect


def _check(effect: EffectOnDelivery) -> None:
    durations = {
        name: _milliseconds(name, text)
        for name in ("delay", "up_to", "within")
        if (text := getattr(effect, name, None)) is not None
    }
    if "up_to" in durations and durations["up_to"] < durations.get("delay", 0):
        raise invalid("/up_to", "is less than `delay`, of which it is the upper end")
    if isinstance(effect, Reorder) and effect.window is None and effect.within is None:
        raise invalid("/window", "is required by the effect `reorder`, where it has no `within`")


def _milliseconds(name: str, text: str) -> int:
    try:
        found = parse_duration(text)
    except ValueError as error:
        raise invalid(f"/{name}", f"is no duration: {error}") from None
    if found > LONGEST:
        raise invalid(f"/{name}", "is longer than 366 days")
    return found
