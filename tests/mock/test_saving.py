"""A scenario written as YAML says the same to whoever reads it."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_contract.parse import parse_yaml
from commerce_mock.saving import scenario_yaml
from harness.stage import JOHN, NOBODY, Stage

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAF = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
VALUE = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))


@settings(derandomize=True, database=None, max_examples=200, deadline=None)
@given(st.dictionaries(TEXT, st.lists(st.dictionaries(TEXT, VALUE, max_size=3), max_size=3) | LEAF, max_size=3))
def test_what_is_written_is_read_as_it_was(content: dict[str, Any]) -> None:
    found, _, faults = parse_yaml(scenario_yaml(content), "x")
    assert (found, faults) == (content, [])


@pytest.mark.parametrize(
    "text", ["no", "012", "1e3", "2026-01-01", "a: b", "# x", "\u2028", "\x85", "\ufeff", "😀", "'\"\\"]
)
def test_readers_of_yaml_1_1_read_the_same_texts(text: str) -> None:
    content = {"description": text, "users": [{"name": text, text: 1}]}
    assert yaml.safe_load(scenario_yaml(content)) == content


def test_a_resource_is_written_with_a_line_for_each_property() -> None:
    content = {"clock": "2026-01-01T00:00:00Z", "orders": [{"id": "order-1", "items": [{"price": 1.5}]}], "users": []}
    assert scenario_yaml(content) == (
        'clock: "2026-01-01T00:00:00Z"\norders:\n  - id: "order-1"\n    items: [{"price": 1.5}]\nusers: []\n'
    )
    assert scenario_yaml({}) == "{}\n"


def test_of_the_events_from_outside_those_are_saved_that_a_scenario_can_tell_again() -> None:
    stage = Stage()
    verified = {"user_id": JOHN, "data": {"verified_at": "2026-01-01T00:00:00Z"}}
    unknown = {**verified, "user_id": NOBODY}
    for payload in (verified, unknown, {**verified, "beside": "the data"}):
        body = {"type": "user_verified", "payload": payload, "time": "2026-01-01T00:00:00Z"}
        assert stage.platform.post("admin", "/__admin/events/emit", body).status == 201
    saved = stage.platform.get("admin", "/__admin/scenario").json
    before = Stage().platform.get("admin", "/__admin/scenario").json
    told = {"type": "user_verified", "resource": f"users/{JOHN}", "time": "2026-01-01T00:00:00Z"}
    assert saved["events"] == [*before["events"], told]
    assert stage.platform.send("admin", "PUT", "/__admin/scenario", saved).status == 200
