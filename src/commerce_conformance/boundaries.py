"""The largest and the smallest that a schema still accepts, put into a valid value wherever nothing else has a say."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, Final

from commerce_conformance import reading
from commerce_conformance.violations import number, stretched
from commerce_contract import MISSING, Schema

Bound = Callable[[Schema, Any], Any]
_MOST_ITEMS: Final = 50


def lowest(part: Schema, here: Any) -> Any:
    """The shortest text, the smallest number, the fewest elements; `MISSING` where there is no such bound."""
    least, fewest = part.keyword("minLength"), part.keyword("minItems")
    if isinstance(here, str) and isinstance(least, int):
        return here[:least].ljust(least, "x")
    if isinstance(here, list) and isinstance(fewest, int):
        return here[:fewest]
    return _nearest(part, "minimum", "exclusiveMinimum", 1) if _is_number(here) else MISSING


def highest(part: Schema, here: Any) -> Any:
    """The longest text, the greatest number, the most elements. Amounts of money are left as they are: they add up."""
    most = part.keyword("maxItems")
    if isinstance(here, list) and here and isinstance(most, int) and most <= _MOST_ITEMS:
        return (here * most)[:most]
    if _is_number(here) and not reading.is_money(part):
        return _nearest(part, "maximum", "exclusiveMaximum", -1)
    return _longest(part, here, "x")


def longest_beyond_ascii(part: Schema, here: Any) -> Any:
    """The longest text of letters that take two bytes each, and are not in Latin-1: a length counts characters."""
    return MISSING if part.format is not None else _longest(part, here, "ł")


def at_bounds(schema: Schema, valid: Any, bound: Bound, skipped: Collection[str] = ()) -> tuple[Any, list[str]]:
    """A valid value with all that `bound` can change in it, and the pointers of what it changed.

    Left as they are: properties called as in `skipped`, and whatever the schema would not accept.
    """
    changed: list[str] = []

    def walk(part: Schema, here: Any, path: str) -> Any:
        if isinstance(here, dict):
            return {
                name: walk(part.properties[name], value, f"{path}/{name}")
                if name in part.properties and name not in skipped
                else value
                for name, value in here.items()
            }
        found = bound(part, here)
        if found is not MISSING and found != here and part.is_valid(found):
            changed.append(path)
            here = found
        if isinstance(here, list) and here and part.items is not None:
            return [walk(part.items, here[0], f"{path}/0"), *here[1:]]
        return here

    return walk(schema, valid, ""), changed


def _longest(part: Schema, here: Any, filling: str) -> Any:
    most = part.keyword("maxLength")
    if not isinstance(here, str) or not isinstance(most, int) or part.enum:
        return MISSING
    return stretched(here, most, filling)


def _is_number(here: Any) -> bool:
    return isinstance(here, int | float) and not isinstance(here, bool)


def _nearest(part: Schema, including: str, excluding: str, sign: int) -> Any:
    """The number at a bound, or the next one within it."""
    step = part.keyword("multipleOf")
    bound, beyond = part.keyword(including), part.keyword(excluding)
    if _is_number(beyond) and (bound is MISSING or sign * beyond >= sign * bound):
        return number(Decimal(str(beyond)) + sign * Decimal(str(1 if step is MISSING else step)))
    return bound
