"""Where a lifecycle's states stand, and where its arrows begin and end."""

import re

import pytest

from commerce_contract import Lifecycle, Location
from commerce_mock.http.diagram import Drawing, draw
from harness.platform import contract


def lifecycle(**moves: list[str]) -> Lifecycle:
    transitions = {state: tuple(targets) for state, targets in moves.items()}
    return Lifecycle(next(iter(moves)), transitions, Location("a.yaml", "", 1))


def grid(drawing: Drawing) -> dict[str, tuple[int, int]]:
    return {state: (box.column, box.row) for state, box in drawing.boxes.items()}


def ends(arrow: str) -> tuple[tuple[float, float], tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", arrow)]
    if " H" in arrow:
        return (numbers[0], numbers[1]), (numbers[2], numbers[1])
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def stored(collection: str) -> Lifecycle:
    """The lifecycle of a resource of the platform."""
    found = contract().resources[collection].lifecycle
    assert found is not None
    return found


ORDER = stored("orders")
PAYMENT = stored("payments")
BREAKER = lifecycle(closed=["open"], open=["half_open"], half_open=["closed", "open"])
TICKET = lifecycle(
    new=["open", "rejected"],
    open=["paused", "done", "dropped"],
    paused=["open", "dropped"],
    done=["archived"],
    rejected=["archived"],
    archived=["paused"],
    dropped=[],
)
PAUSABLE = lifecycle(new=["active"], active=["done", "paused"], paused=["active"], done=[])
ALL = {
    "pausable": PAUSABLE,
    "order": ORDER,
    "payment": PAYMENT,
    "breaker": BREAKER,
    "ticket": TICKET,
    "one": lifecycle(only=[]),
}


def test_the_longest_way_is_the_first_row_and_each_other_state_has_its_own() -> None:
    assert grid(draw(ORDER)) == {
        "pending": (0, 0),
        "confirmed": (1, 0),
        "processing": (2, 0),
        "shipped": (3, 0),
        "delivered": (4, 0),
        "cancelled": (3, 1),
    }


def test_a_way_back_moves_no_state() -> None:
    assert grid(draw(BREAKER)) == {"closed": (0, 0), "open": (1, 0), "half_open": (2, 0)}


def test_a_state_that_nothing_leads_to_is_drawn_too() -> None:
    assert grid(draw(lifecycle(new=["done"], done=[], lost=["done"])))["lost"] == (0, 1)


@pytest.mark.parametrize("name", ALL)
def test_no_two_states_share_a_place_and_all_are_within_the_drawing(name: str) -> None:
    drawing = draw(ALL[name])
    assert len(set(grid(drawing).values())) == len(drawing.boxes) == len(ALL[name].transitions)
    for box in drawing.boxes.values():
        assert 0 < box.x - drawing.box_width / 2 < box.x + drawing.box_width / 2 < drawing.width
        assert 0 < box.y - drawing.box_height / 2 < box.y + drawing.box_height / 2 < drawing.height


@pytest.mark.parametrize("name", ALL)
def test_every_move_is_an_arrow_from_border_to_border(name: str) -> None:
    drawing = draw(ALL[name])
    moves = [(state, target) for state, targets in ALL[name].transitions.items() for target in targets]
    assert len(drawing.arrows) == len(moves)
    for (state, target), arrow in zip(moves, drawing.arrows, strict=True):
        for name_of_end, (x, y) in zip((state, target), ends(arrow), strict=True):
            box = drawing.boxes[name_of_end]
            beside = abs(abs(x - box.x) - drawing.box_width / 2) < 0.1 and abs(y - box.y) < 0.1
            above = abs(abs(y - box.y) - drawing.box_height / 2) < 0.1 and abs(x - box.x) < drawing.box_width / 2
            assert beside or above, (state, target, arrow)


@pytest.mark.parametrize("name", ALL)
def test_no_arc_leaves_the_drawing(name: str) -> None:
    drawing = draw(ALL[name])
    for arrow in drawing.arrows:
        heights = [float(y) for _, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", arrow)]
        # A cubic curve reaches three quarters of the way to its control points.
        reached = [0.25 * (heights[0] + heights[-1]) / 2 + 0.75 * control for control in heights[1:-1]]
        assert all(0 <= height <= drawing.height for height in reached), arrow


def test_the_drawing_is_told_in_words() -> None:
    assert draw(PAYMENT).told == (
        "processing to completed or failed; completed to partially_refunded or refunded; "
        "partially_refunded to partially_refunded or refunded"
    )
