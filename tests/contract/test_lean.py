"""Lean validators judge as the schema does, in less time."""

import random
from copy import deepcopy
from typing import Any

import pytest

from commerce_contract import Contract, Schema, load
from commerce_contract.lean import flat, lean

CONTRACT: Contract = load()
ODD: list[Any] = [None, True, -1, 0, 0.005, 1e300, 10**30, -0.0, "", "x" * 300, "\x00", "2026-13-01T00:00:00Z", [], {}]


def plain() -> list[tuple[str, Schema, list[Any]]]:
    """Every answer and payload whose schema can be written out, with its examples."""
    found = [
        (o.name, o.success.schema, list(o.success.examples.values()))
        for o in CONTRACT.operations.values()
        if o.success.schema is not None
    ]
    found += [(e.type, e.payload, [dict(e.example)]) for e in CONTRACT.events.values()]
    return [one for one in found if flat(one[1]) is not None]


def mutations(value: Any, dice: random.Random) -> Any:
    """The value with one thing in it odd, missing or added."""
    copy = deepcopy(value)
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        for key in keys:
            places.append((node, key))
            walk(node[key])

    walk(copy)
    if not places:
        return dice.choice(ODD)
    node, key = dice.choice(places)
    change = dice.randrange(3)
    if change == 0:
        node[key] = dice.choice(ODD)
    elif change == 1:
        del node[key]
    elif isinstance(node, dict):
        node["unheard_of"] = dice.choice(ODD)
    return copy


@pytest.mark.parametrize(("name", "schema", "values"), plain(), ids=lambda part: part if isinstance(part, str) else "")
def test_a_lean_validator_judges_as_the_schema_does(name: str, schema: Schema, values: list[Any]) -> None:
    accepts = lean(schema)
    assert accepts is not None
    dice = random.Random(name)  # noqa: S311 - test data
    for value in values:
        assert accepts(value)
        for _ in range(150):
            odd = mutations(value, dice)
            assert accepts(odd) == schema.is_valid(odd), odd


@pytest.mark.parametrize("number", [*range(-2, 3), 0.01, 0.005, 29.99, 0.1 + 0.2, 999999999999.99, 1e12, 1e13, 1e300])
def test_money_is_judged_to_the_cent(number: float) -> None:
    money = CONTRACT.resources["orders"].schema.properties["totalAmount"]
    accepts = lean(money)
    assert accepts is not None
    assert accepts(number) == money.is_valid(number)


def test_a_closed_validator_accepts_no_property_that_is_not_named() -> None:
    body = CONTRACT.operations["orders.create"].body
    assert body is not None
    accepts = lean(body.schema, closed=True)
    assert accepts is not None
    item = {"productId": "prod-1", "quantity": 1, "price": 1.5}
    order = {"userId": "550e8400-e29b-41d4-a716-446655440001", "items": [item]}
    assert accepts(order)
    assert not accepts({**order, "note": "x"})
    assert not accepts({**order, "items": [{**item, "note": "x"}]})
    assert body.schema.is_valid({**order, "note": "x"})


def test_what_is_trusted_is_not_judged_and_the_rest_is() -> None:
    payload = CONTRACT.events["order_created"].payload
    accepts = lean(payload, [("data", "items"), ("user_id",)])
    assert accepts is not None
    told = deepcopy(dict(CONTRACT.events["order_created"].example))
    told["user_id"] = 7
    told["data"]["items"] = "anything"
    assert accepts(told)
    told["data"]["total_amount"] = -1
    assert not accepts(told)


def test_the_same_thing_said_in_two_places_has_one_flat_form() -> None:
    ours = CONTRACT.resources["orders"].schema.properties
    told = CONTRACT.events["order_created"].payload.properties["data"].properties
    assert flat(ours["items"]) == flat(told["items"])
    assert flat(ours["totalAmount"]) == flat(told["total_amount"])
    assert flat(ours["status"]) != flat(ours["id"])


def test_whatever_is_stored_or_told_has_a_flat_form() -> None:
    schemas = [resource.schema for resource in CONTRACT.resources.values()]
    schemas += [event.payload for event in CONTRACT.events.values()]
    assert all(flat(schema) is not None for schema in schemas)


def test_two_bounds_on_one_value_hold_together() -> None:
    schema = next(one for name, one, _ in plain() if name == "payments.refund").properties["amount"]
    accepts = lean(schema)
    assert accepts is not None
    assert [accepts(number) for number in (0, 0.01, -1)] == [schema.is_valid(number) for number in (0, 0.01, -1)]


def test_a_schema_with_branches_has_no_flat_form() -> None:
    body = CONTRACT.operations["payments.create"].body
    assert body is not None
    assert flat(body.schema) is None
    assert lean(body.schema) is None
