"""A lifecycle laid out to be drawn: states from left to right, moves as arrows between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commerce_contract import Lifecycle

HEIGHT = 34  # of a state's box
GAP = 64  # between two columns
LANE = 62  # between two rows
LETTER = 7.6  # width of a letter
ARC = 44  # room above or below for arcs
EDGE = 6  # room where there are none

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a state stands: the middle of its box, and in which column and row."""

    x: float
    y: float
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the page draws of a lifecycle, in SVG's units; `arrows` are paths, `told` says the same in words."""

    width: float
    height: float
    box_width: float
    box_height: float
    boxes: Mapping[str, Box]
    arrows: Sequence[str]
    told: str


def draw(lifecycle: Lifecycle) -> Drawing:
    """Lay a lifecycle out."""
    layout = _Layout(lifecycle)
    moves = lifecycle.transitions
    return Drawing(
        layout.width,
        layout.height,
        layout.wide,
        HEIGHT,
        layout.boxes,
        [layout.path(state, target) for state, targets in moves.items() for target in targets],
        "; ".join(f"{state} to {' or '.join(targets)}" for state, targets in moves.items() if targets),
    )


class _Layout:
    """The longest way through the lifecycle is the first row, every other state has a row of its own below.

    States of later columns come first there, so that no arrow down crosses a box.
    """

    def __init__(self, lifecycle: Lifecycle) -> None:
        columns = _columns(lifecycle)
        chain = _longest(lifecycle, columns)
        beside = sorted((state for state in columns if state not in chain), key=lambda state: -columns[state])
        rows = {**dict.fromkeys(chain, 0), **{state: row for row, state in enumerate(beside, 1)}}
        self.wide = max(len(state) for state in columns) * LETTER + 26
        moves = [(s, t) for s, targets in lifecycle.transitions.items() for t in targets if rows[s] == rows[t] == 0]
        above = ARC if any(s == t or columns[t] > columns[s] + 1 for s, t in moves) else EDGE
        below = ARC if any(columns[t] < columns[s] for s, t in moves) and not beside else EDGE
        self.boxes = {
            state: Box(
                EDGE + self.wide / 2 + column * (self.wide + GAP),
                above + HEIGHT / 2 + rows[state] * LANE,
                column,
                rows[state],
            )
            for state, column in columns.items()
        }
        self.width = 2 * EDGE + (max(columns.values()) + 1) * (self.wide + GAP) - GAP
        self.height = above + HEIGHT + len(beside) * LANE + below

    def path(self, state: str, target: str) -> str:
        """The arrow of a move as an SVG path."""
        start, end = self.boxes[state], self.boxes[target]
        half = self.wide / 2
        if state == target:
            top = start.y - HEIGHT / 2
            return _curve((start.x - 16, top), (start.x - 22, top - 36), (start.x + 22, top - 36), (start.x + 16, top))
        if start.row == end.row:
            if end.column == start.column + 1:
                return f"M{start.x + half:.1f} {start.y:.1f} H{end.x - half:.1f}"
            side = -1 if end.column > start.column else 1
            edge, far = start.y + side * HEIGHT / 2, start.y + side * (HEIGHT / 2 + 34)
            return _curve((start.x, edge), (start.x + 30, far), (end.x - 30, far), (end.x, edge))
        if end.row > start.row and end.column > start.column:
            return _curve((start.x, start.y + HEIGHT / 2), (start.x, end.y), (start.x, end.y), (end.x - half, end.y))
        if end.row < start.row and end.column > start.column:
            return _curve((start.x + half, start.y), (end.x, start.y), (end.x, start.y), (end.x, end.y + HEIGHT / 2))
        side = 1 if end.row > start.row else -1
        middle = (start.y + end.y) / 2
        return _curve(
            (start.x, start.y + side * HEIGHT / 2),
            (start.x, middle),
            (end.x, middle),
            (end.x, end.y - side * HEIGHT / 2),
        )


def _curve(start: Point, first: Point, second: Point, end: Point) -> str:
    points = [f"{x:.1f} {y:.1f}" for x, y in (start, first, second, end)]
    return f"M{points[0]} C{', '.join(points[1:])}"


def _forward(lifecycle: Lifecycle) -> Iterator[tuple[str, Sequence[str]]]:
    """States after everything they may become, each with the moves that close no circle."""
    done: dict[str, list[str]] = {}
    path: list[str] = []

    def visit(state: str) -> None:
        path.append(state)
        done[state] = []
        for target in lifecycle.transitions.get(state, ()):
            if target not in path:
                done[state].append(target)
                if target not in done:
                    visit(target)
        order.append(path.pop())

    order: list[str] = []
    for state in (lifecycle.initial, *lifecycle.transitions):
        if state not in done:
            visit(state)
    return ((state, done[state]) for state in order)


def _columns(lifecycle: Lifecycle) -> dict[str, int]:
    """For each state the length of the longest way to it."""
    ordered = list(_forward(lifecycle))[::-1]
    columns = dict.fromkeys((state for state, _ in ordered), 0)
    for state, targets in ordered:
        for target in targets:
            columns[target] = max(columns[target], columns[state] + 1)
    return columns


def _longest(lifecycle: Lifecycle, columns: Mapping[str, int]) -> list[str]:
    """The states of the longest way from the initial one; of equally long ways, the first declared."""
    ways: dict[str, list[str]] = {}
    for state, targets in _forward(lifecycle):
        onward = [ways[target] for target in targets if columns[target] == columns[state] + 1]
        ways[state] = [state, *max(onward, key=len, default=[])]
    return ways[lifecycle.initial]
