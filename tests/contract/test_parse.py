"""Texts read as YAML 1.2 and JSON: the values that everybody else reads, and where each of them stands."""

from typing import Any

import pytest

from commerce_contract.parse import parse_json, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2023-01-01", "2023-01-01"),
        ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("012", 12),
        ("0o14", 12),
        ("0xff", 255),
        ("-3", -3),
        ("+1", 1),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("[1, [2], {}]", [1, [2], {}]),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(text: str, value: Any) -> None:
    found, _, faults = parse_yaml(f"a: {text}", "f.yaml")
    assert found == {"a": value}
    assert type(found["a"]) is type(value)
    assert not faults


def test_a_key_is_always_a_string() -> None:
    assert parse_yaml("200: ok\ntrue: yes\n1.0: x", "f.yaml")[0] == {"200": "ok", "true": "yes", "1.0": "x"}


def test_the_place_of_a_member_is_its_key_and_that_of_an_element_its_value() -> None:
    _, marks, _ = parse_yaml("a:\n  b/c: [1, {d: 2}]\n  ~e: 3", "f.yaml")
    assert marks == {
        "/a": (1, 1),
        "/a/b~1c": (2, 3),
        "/a/b~1c/0": (2, 9),
        "/a/b~1c/1": (2, 12),
        "/a/b~1c/1/d": (2, 13),
        "/a/~0e": (3, 3),
    }


def test_an_alias_stands_where_it_is_used_and_equals_its_anchor() -> None:
    value, marks, _ = parse_yaml("a: &x {b: 1}\nc: *x", "f.yaml")
    assert value == {"a": {"b": 1}, "c": {"b": 1}}
    assert marks["/c"] == (2, 1)


@pytest.mark.parametrize("text", ["[" * 300_000, "- " * 300_000, "[" * 5_000 + "]" * 5_000])
def test_endless_nesting_is_refused_and_does_not_crash(text: str) -> None:
    value, marks, (fault,) = parse_yaml(text, "f.yaml")
    assert (value, marks) == (None, {})
    assert fault.message == "nested too deeply, or aliases that multiply without end"


def test_a_large_but_flat_text_is_read() -> None:
    value, _, faults = parse_yaml("[" + "[1]," * 20_000 + "]", "f.yaml")
    assert len(value) == 20_000
    assert not faults


@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_aliases_that_multiply_are_refused_before_they_fill_the_memory() -> None:
    levels = "\n".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]" for i in range(9))
    _, _, (fault,) = parse_yaml(f"a: &a 1\n{levels}", "f.yaml")
    assert fault.message == "nested too deeply, or aliases that multiply without end"


@pytest.mark.parametrize("text", ["9" * 5_000, "-" + "9" * 401])
def test_a_number_without_end_is_refused_without_being_shown(text: str) -> None:
    value, _, (fault,) = parse_yaml(f"a: {text}", "f.yaml")
    assert value == {"a": 0}
    assert fault.message == f"JSON has no number of {len(text)} digits"


def test_json_is_read_with_tabs_escaped_slashes_and_surrogate_pairs() -> None:
    value, marks, faults = parse_json('{\n\t"a\\/b": ["\\ud83d\\ude00", 1e2]\n}', "f.json")
    assert value == {"a/b": ["😀", 100.0]}
    assert marks == {"/a~1b": (2, 2), "/a~1b/0": (2, 11), "/a~1b/1": (2, 27)}
    assert not faults


def test_a_key_that_stands_twice_in_json_is_a_fault() -> None:
    _, _, (fault,) = parse_json('{"a": 1,\n"a": 2}', "f.json")
    assert str(fault) == "f.json:2 #/a: the key `a` stands here twice, first in line 1. Keep one of them."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,}', "not JSON: Illegal trailing comma before end of object"),
        ('{"a": NaN}', "not JSON that others read: a number without end, or nested too deeply"),
        ('{"a": ' + "9" * 5_000 + "}", "not JSON that others read: a number without end, or nested too deeply"),
        ("[" * 100_000, "not JSON that others read: a number without end, or nested too deeply"),
        ('{"a": "\\ud83d"}', "not JSON: it escapes half a character"),
    ],
)
def test_what_is_not_json_is_refused(text: str, message: str) -> None:
    value, _, (fault,) = parse_json(text, "f.json")
    assert value is None
    assert fault.message.startswith(message.split(":", maxsplit=1)[0])


def test_a_fault_of_json_syntax_names_line_and_column() -> None:
    _, _, (fault,) = parse_json('{"a": 1\n "b": 2}', "f.json")
    assert (fault.location.line, fault.location.column) == (2, 2)
    assert fault.message == "not JSON: Expecting ',' delimiter"
