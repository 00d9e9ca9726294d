"""Scenarios: what ships with the mock loads, and a bad one says in which file and line, and what to do."""

from pathlib import Path

import pytest

from commerce_mock.clock import parse_time
from commerce_mock.scenario import Scenario, ScenarioError, load_scenario, scenario_path


def fails(text: str, tmp_path: Path) -> list[str]:
    """The lines of the refusal, without the directory of the file."""
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(str(file))
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def test_the_demo_scenario_has_users_orders_payments_events_and_a_time() -> None:
    demo = load_scenario("demo")
    assert {name: len(items) for name, items in demo.resources.items()} == {"users": 2, "orders": 3, "payments": 2}
    assert demo.clock == parse_time("2023-01-01T01:00:00Z")
    assert len(demo.events) == 10


def test_the_empty_scenario_has_nothing() -> None:
    empty = load_scenario("empty")
    assert (empty.resources, empty.events, empty.clock) == ({}, (), None)


def test_a_scenario_s_repr_shows_no_private_part() -> None:
    assert "password123" not in repr(load_scenario("demo"))


@pytest.mark.parametrize("text", ["", "# nothing\n", "null", "{}", "description: nothing yet"])
def test_a_file_without_content_is_an_empty_scenario(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    scenario = load_scenario(str(file))
    assert (scenario.resources, scenario.events, scenario.path) == ({}, (), file)


@pytest.mark.parametrize("name", ["dmo", "/nowhere/dmo.yaml", "shops/dmo"])
def test_a_name_that_is_neither_shipped_nor_a_file_names_those_that_are(name: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario_path(name)
    assert str(refused.value) == f"there is no scenario {name!r}: name one of demo, empty, or a YAML file"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match=r"bad\.yaml: cannot be read as UTF-8 text"):
        load_scenario(str(file))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("users: [}", "bad.yaml:1 #: not YAML: "),
        ("users: 1\nusers: 2", "bad.yaml:2 #/users: the key `users` stands here twice, first in line 1."),
        ("users: !set []", "bad.yaml:1 #/users: the YAML tag "),
        ("- users", "bad.yaml:1 #: a scenario is a mapping. Name collections, each with a list of resources."),
        ("just text", "bad.yaml:1 #: a scenario is a mapping."),
        ("clock: today", "bad.yaml:1 #/clock: 'today' is not an ISO 8601 time. Write it like '2023-01-01T00:00:00Z'."),
        ("\nclock: 7", "bad.yaml:2 #/clock: 7 is not an ISO 8601 time."),
        ("clock: null", "bad.yaml:1 #/clock: None is not an ISO 8601 time."),
        ("\n\nusers: {id: 1}", "bad.yaml:3 #/users: `users` is not a list. Write each entry after a dash."),
        (
            "users:\n  - ann",
            "bad.yaml:2 #/users/0: this entry is not a mapping. Write its properties as `name: value`.",
        ),
        (
            "users:\n  - id: x\n    private: abc",
            "bad.yaml:3 #/users/0/private: `private` is not a mapping. Write `name: value`.",
        ),
        ("events: yes", "bad.yaml:1 #/events: `events` is not a list. Write each entry after a dash."),
        ("events:\n  - user_created", "bad.yaml:2 #/events/0: this entry is not a mapping."),
        (
            "events:\n  - {type: a, resource: users/x, time: soon}",
            "bad.yaml:2 #/events/0/time: 'soon' is not an ISO 8601 time.",
        ),
        (
            "events:\n  - {type: a, resource: users/x, time: '2023-01-01', data: 7}",
            "bad.yaml:2 #/events/0/data: `data` is not a mapping.",
        ),
        (
            "events:\n  - {type: a, resource: users/x, time: '2023-01-01', at: 7}",
            "bad.yaml:2 #/events/0/at: an event has no `at`. It may have data, resource, time, type.",
        ),
    ],
)
def test_a_fault_of_its_form_is_told_with_file_line_and_pointer(text: str, told: str, tmp_path: Path) -> None:
    (line,) = fails(text, tmp_path)
    assert line.startswith(told)


def test_all_faults_of_its_form_are_told_at_once(tmp_path: Path) -> None:
    text = "clock: noon\nusers: x\nevents:\n  - {}\n  - {type: a, resource: 7, time: '2023-01-01'}\n"
    assert [line.split(":")[1].split(" ", 1) for line in fails(text, tmp_path)] == [
        ["1", "#/clock"],
        ["2", "#/users"],
        ["4", "#/events/0/type"],
        ["4", "#/events/0/resource"],
        ["4", "#/events/0/time"],
        ["5", "#/events/1/resource"],
    ]


def test_a_fault_of_a_scenario_without_a_file_names_the_scenario() -> None:
    fault = Scenario("made").fault("/users/0/id", "this is wrong", "Do it right")
    assert str(fault) == "made:1 #/users/0/id: this is wrong. Do it right."
