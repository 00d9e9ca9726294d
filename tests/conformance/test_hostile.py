"""Hostile requests of an operation: many kinds, each told apart, none beyond what a server in front would take."""

import orjson
import pytest

from commerce_conformance.hostile import shots
from harness.conforming import suite
from harness.platform import contract


def test_every_kind_of_an_operation_is_told_apart() -> None:
    operation = contract().operations["orders.create"]
    assert operation.body is not None
    body = next(iter(operation.body.examples.values()))
    tried = list(shots(operation, "", body))
    assert len({shot.kind for shot in tried}) == len(tried) > 40
    assert {shot.refused for shot in tried if not shot.judged} == {False}
    assert max(len(shot.content or b"") for shot in tried) < 100_000
    assert max(len(shot.target) for shot in tried) < 8_000
    for shot in tried:
        if shot.refused:
            with pytest.raises(orjson.JSONDecodeError):
                orjson.loads(shot.content or b"")


def test_texts_and_numbers_of_a_body_are_each_replaced_in_turn() -> None:
    operation = contract().operations["orders.create"]
    body = {"userId": "u", "items": [{"quantity": 1, "gift": True}, {"quantity": 2}], "note": None}
    kinds = {shot.kind for shot in shots(operation, "", body) if " in /" in shot.kind}
    assert "a NUL in /userId" in kinds
    assert "a number beyond all doubles in /items/0/quantity" in kinds
    assert not any("/items/1" in kind or "gift" in kind or "note" in kind for kind in kinds)
    beyond = next(shot for shot in shots(operation, "", body) if shot.kind.startswith("a number beyond"))
    assert beyond.content is not None
    assert beyond.content.replace(b"1e400", b"1") == orjson.dumps(body)


def test_an_operation_without_a_body_or_a_parameter_has_few() -> None:
    assert {shot.content for shot in shots(contract().operations["orders.health"], "", None)} == {None}


def test_an_escape_that_is_none_reaches_the_service_as_it_is() -> None:
    made = suite()
    answered = made.session.raw("orders", "GET", "/api/orders/%zz")
    assert (answered.status, answered.code) == (400, "BAD_REQUEST")
    made.close()
