"""The JSON Schema of scenarios: made from the contract, and the one that ships is the one that is made."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commerce_contract.parse import parse_yaml
from commerce_mock.scenario import scenario_path
from commerce_mock.scenario_schema import DIALECT, scenario_schema
from harness.platform import contract
from harness.stage import JOHN

FIFTH = Path(__file__).parents[1] / "fifth_service/contract"
USER = {"id": JOHN, "email": "ann@example.com", "username": "ann", "first_name": "Ann", "last_name": "Lee"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return scenario_schema(contract())


def places(schema: dict[str, Any], content: Any) -> set[str]:
    return {error.json_path for error in Draft202012Validator(schema).iter_errors(content)}


def test_it_is_a_schema_of_the_draft_that_it_names_and_stands_alone(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    text = json.dumps(schema)
    assert "components" not in text
    assert "x-" not in text
    assert ".yaml" not in text


def test_the_one_that_ships_is_the_one_that_is_made(schema: dict[str, Any]) -> None:
    """`commerce-mock scenario schema > src/commerce_mock/scenarios/scenario.schema.json` makes it anew."""
    shipped = files("commerce_mock").joinpath("scenarios/scenario.schema.json").read_text(encoding="utf-8")
    assert shipped == json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", ["demo", "empty"])
def test_what_ships_satisfies_it(name: str, schema: dict[str, Any]) -> None:
    content, _, _ = parse_yaml(scenario_path(name).read_text(encoding="utf-8"), name)
    assert places(schema, content) == set()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"pets": []}, "$"),
        ({"clock": 7}, "$.clock"),
        ({"settlement": "soon"}, "$.settlement"),
        ({"users": [{**USER, "phon": "+1"}]}, "$.users[0]"),
        ({"users": [{**USER, "private": {"reads": "x"}}]}, "$.users[0].private.reads"),
        ({"users": [{"id": JOHN}]}, "$.users[0]"),
        ({"orders": [{"userId": JOHN, "items": [], "totalAmount": 1}]}, "$.orders[0].items"),
        (
            {"orders": [{"userId": JOHN, "items": [{"productId": "x", "quantity": 0, "price": 1}], "totalAmount": 1}]},
            "$.orders[0].items[0].quantity",
        ),
        ({"faults": [{"fault": "magic"}]}, "$.faults[0].fault"),
        ({"events": [{"type": "x", "resource": "users/1", "time": "2026-01-01T00:00:00Z"}]}, "$.events[0].type"),
        (
            {"events": [{"type": "user_created", "resource": "pets/1", "time": "2026-01-01T00:00:00Z"}]},
            "$.events[0].resource",
        ),
        (
            {"events": [{"type": "user_created", "resource": "users/1", "time": "2026-01-01T00:00:00Z", "at": 1}]},
            "$.events[0]",
        ),
    ],
)
def test_editors_see_what_the_mock_would_refuse(content: Any, place: str, schema: dict[str, Any]) -> None:
    assert places(schema, content) == {place}


def test_what_is_filled_in_may_be_left_out(schema: dict[str, Any]) -> None:
    assert places(schema, {"users": [{name: value for name, value in USER.items() if name != "id"}]}) == set()
    assert places(schema, None) == set()


def test_a_contract_whose_own_service_takes_the_controls_name_has_none() -> None:
    taken = replace(contract(FIFTH), services={"admin": contract(FIFTH).services["shipments"]})
    with pytest.raises(LookupError, match="the contract has no PUT /__admin/scenario, and so no scenarios"):
        scenario_schema(taken)


def test_a_contract_of_other_things_has_a_schema_of_its_own() -> None:
    made = scenario_schema(contract(FIFTH))
    assert "users" not in made["properties"]
    assert "shipments" in made["properties"]
    Draft202012Validator.check_schema(made)
