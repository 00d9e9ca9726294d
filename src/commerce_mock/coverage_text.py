"""A coverage for people: a table with bars, and what was not exercised."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

BAR: Final = 20  # characters
_GROUPED: Final = frozenset({"response", "problem"})  # told in one line an operation


def table(coverage: Mapping[str, Any]) -> list[str]:
    """A line for each kind of thing, and one for all. `coverage` is as the control document shows it."""
    rows = [*coverage["kinds"], {**coverage, "kind": "all"}]
    lines = [f"{'KIND':<10}  {'COVERED':>9}  {'':<{BAR}}"]
    lines += [f"{row['kind']:<10}  {_ratio(row):>9}  {bar(row['percent'])}  {row['percent']:5.1f} %" for row in rows]
    return [line.rstrip() for line in lines]


def missing(coverage: Mapping[str, Any]) -> Iterator[str]:
    """What was not exercised: an operation's answers and problem codes in one line, the place of what is on its own."""
    lacking = [item for item in coverage["items"] if not item["count"]]
    for kind in dict.fromkeys(item["kind"] for item in lacking):
        yield f"{kind}:"
        items = [item for item in lacking if item["kind"] == kind]
        if kind in _GROUPED:
            yield from (f"  {line}" for line in _grouped(item["name"] for item in items))
        else:
            width = max(len(item["name"]) for item in items)
            yield from (f"  {item['name']:<{width}}  {place(item)}" for item in items)


def bar(percent: float) -> str:
    """A bar as long as a share; full only where nothing is missing."""
    full = int(percent * BAR / 100)
    return "█" * full + "░" * (BAR - full)


def place(item: Mapping[str, Any]) -> str:
    """Where a thing stands in the documents."""
    return f"{item['location']['file']}:{item['location']['line']}"


def _ratio(row: Mapping[str, Any]) -> str:
    return f"{row['covered']} of {row['total']}"


def _grouped(names: Iterable[str]) -> Iterator[str]:
    """`orders.create 201` and `orders.create 409` as `orders.create  201 409`."""
    groups: dict[str, list[str]] = {}
    for name in names:
        operation, _, what = name.partition(" ")
        groups.setdefault(operation, []).append(what)
    width = max(map(len, groups))
    yield from (f"{operation:<{width}}  {' '.join(some)}" for operation, some in groups.items())
