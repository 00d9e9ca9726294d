"""Where two JSON values differ first."""

from typing import Any

import pytest

from commerce_mock.differing import ABSENT, LONGEST, Difference, first_difference


@pytest.mark.parametrize(
    ("expected", "got", "pointer", "sides"),
    [
        ({"a": 1}, {"a": 2}, "/a", (1, 2)),
        ({"a": [1, {"b/c": "x"}]}, {"a": [1, {"b/c": "y"}]}, "/a/1/b~1c", ("x", "y")),
        ([1, 2], [1], "/1", (2, ABSENT)),
        ([1], [1, 2], "/1", (ABSENT, 2)),
        ({"a": 1}, {}, "/a", (1, ABSENT)),
        ({}, {"a": None}, "/a", (ABSENT, None)),
        ({"a": None}, {"a": {}}, "/a", (None, {})),
        ({"a": 1}, {"a": 1.0}, "/a", (1, 1.0)),
        ({"a": 1}, {"a": True}, "/a", (1, True)),
        ("x", ["x"], "", ("x", ["x"])),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "", (["a", "b"], ["b", "a"])),
        ({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 2, "x": 1}, "b": 2}, "/a", (["x", "y"], ["y", "x"])),
    ],
)
def test_the_first_place_is_told_with_both_sides(expected: Any, got: Any, pointer: str, sides: tuple[Any, Any]) -> None:
    found = first_difference(expected, got)
    assert found is not None
    assert (found.pointer, found.expected, found.got) == (pointer, *sides)
    assert (type(found.expected), type(found.got)) == tuple(map(type, sides))


@pytest.mark.parametrize("value", [None, {}, [], {"a": [1, 2.5, {"b": None}]}, "x"])
def test_the_same_bytes_do_not_differ(value: Any) -> None:
    assert first_difference(value, value) is None


def test_it_reads_well_and_is_cut_where_it_is_long() -> None:
    assert str(Difference("/a", "x", ABSENT)) == '/a: expected "x", got nothing'
    assert str(Difference("", 1, 2)) == "/: expected 1, got 2"
    assert len(Difference.side("y" * 10_000)) == LONGEST + 1
