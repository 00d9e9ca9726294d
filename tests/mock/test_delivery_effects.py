"""What can happen to an event on its way: what each effect needs, what it takes, and how late things come."""

from typing import Any

import pytest

from commerce_mock.delivery_effects import Delay, Drop, Duplicate, Hold, Reorder, effect_of, lateness
from commerce_mock.problems import Problem

SELECTION = frozenset({"effect", "type"})


@pytest.mark.parametrize(
    ("document", "effect"),
    [
        ({"effect": "hold"}, Hold()),
        ({"effect": "drop", "type": "order_created"}, Drop()),
        ({"effect": "delay", "delay": "5s"}, Delay("5s")),
        ({"effect": "delay", "delay": "5s", "up_to": "1m"}, Delay("5s", "1m")),
        ({"effect": "duplicate"}, Duplicate()),
        ({"effect": "duplicate", "copies": 2, "delay": "1h"}, Duplicate(2, "1h")),
        ({"effect": "reorder", "window": 3}, Reorder(3)),
        ({"effect": "reorder", "within": "366d"}, Reorder(None, "366d")),
    ],
)
def test_an_effect_is_what_its_document_says(document: dict[str, Any], effect: Any) -> None:
    assert effect_of(document, SELECTION) == effect


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        ({"effect": "delay"}, "/delay", "is required by the effect `delay`"),
        ({"effect": "hold", "delay": "5s"}, "/delay", "means nothing to the effect `hold`: it takes nothing more"),
        ({"effect": "delay", "delay": "5s", "copies": 2}, "/copies", "it takes delay, up_to"),
        ({"effect": "delay", "delay": "5s", "up_to": "4s"}, "/up_to", "is less than `delay`"),
        ({"effect": "delay", "delay": "soon"}, "/delay", "is no duration"),
        ({"effect": "delay", "delay": "367d"}, "/delay", "is longer than 366 days"),
        ({"effect": "delay", "delay": "999999999d"}, "/delay", "is no duration"),
        ({"effect": "duplicate", "up_to": "367d"}, "/up_to", "is longer than 366 days"),
        ({"effect": "reorder"}, "/window", "where it has no `within`"),
    ],
)
def test_what_does_not_belong_together_is_refused_with_its_place(
    document: dict[str, Any], pointer: str, message: str
) -> None:
    with pytest.raises(Problem) as refused:
        effect_of(document, SELECTION)
    ((place, told),) = refused.value.errors
    assert (refused.value.code, place) == ("VALIDATION_ERROR", pointer)
    assert message in told


@pytest.mark.parametrize(
    ("effect", "chance", "late"),
    [
        (Delay("5s"), 0.9, 5000),
        (Delay("1ms", "3ms"), 0.0, 1),
        (Delay("1ms", "3ms"), 0.5, 2),
        (Delay("1ms", "3ms"), 0.999_999, 3),
        (Duplicate(), 0.5, 0),
        (Duplicate(up_to="2s"), 0.0, 0),
    ],
)
def test_how_late_something_comes_is_fixed_or_drawn_between_both_ends(
    effect: Delay | Duplicate, chance: float, late: int
) -> None:
    assert lateness(effect, lambda _: chance) == late
