"""Pointer-precise errors: for every property and parameter of every request, each rule of its schema broken alone."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from commerce_contract import Schema
from commerce_contract.pointer import join, split, step
from harness.controls import CONTROL
from harness.platform import contract
from harness.stage import BODIES, CARD, NOBODY, Stage

MISSING = object()
ANY_TEXT = "^[^\\u0000]*$"
WRONG_TYPE: dict[str, Any] = {"string": 7, "number": "7", "integer": 1.5, "boolean": "yes", "object": [], "array": {}}


class Spoilt(NamedTuple):
    """One rule broken at one place of one operation's request."""

    operation: str
    pointer: str
    rule: str
    value: Any
    code: str

    def __str__(self) -> str:
        return f"{self.operation} {self.pointer} {self.rule}"


def broken(schema: Schema, value: Any) -> Iterator[tuple[str, Any]]:
    """For each keyword of a schema a value that breaks it; the value beside it is valid."""
    rules: dict[str, Callable[[Any], Any]] = {
        "minLength": lambda least: "" if least else MISSING,
        "maxLength": lambda most: str(value) + "x" * most,
        "pattern": lambda pattern: MISSING if pattern == ANY_TEXT else "!",
        "format": lambda _: "nonsense",
        "enum": lambda _: "nonsense",
        "minimum": lambda least: least - 1,
        "exclusiveMinimum": lambda bound: bound,
        "maximum": lambda most: most + 1,
        "multipleOf": lambda step: value + step / 10,
        "minItems": lambda _: [],
        "minProperties": lambda _: {},
        "type": lambda _: next(wrong for kind, wrong in WRONG_TYPE.items() if kind in schema.types),
    }
    for keyword, spoil in rules.items():
        said = getattr(schema, keyword) if keyword == "enum" else schema.keyword(keyword)
        if isinstance(said, float | int | str | list) or (isinstance(said, tuple) and said):
            wrong = spoil(said)
            if wrong is not MISSING:
                yield keyword, wrong


def of_body(name: str, schema: Schema, value: Any, pointer: str = "") -> Iterator[Spoilt]:
    code = schema.problem or "VALIDATION_ERROR"
    for rule, wrong in broken(schema, value):
        yield Spoilt(name, pointer, rule, wrong, code)
    if isinstance(value, list):
        assert schema.items is not None
        yield from of_body(name, schema.items, value[0], f"{pointer}/0")
    if isinstance(value, dict):
        assert set(value) <= set(schema.properties)
        chosen = [branch for branch in schema.branches if set(value) <= set(branch.properties)]
        required = schema.required.union(*(branch.required for branch in chosen))
        for key, part in schema.properties.items():
            place = join(pointer, key)
            if key in required:
                yield Spoilt(name, place, "required", MISSING, part.problem or "VALIDATION_ERROR")
            yield from of_body(name, part, value[key], place)


# Controls are judged by the same readers; `test_fuzz.py` and `test_problems.py` have them too.
SERVED = [operation for operation in contract().operations.values() if not operation.name.startswith(CONTROL)]
BODY_CASES = [
    case
    for name, body in BODIES.items()
    if not name.startswith(CONTROL) and (declared := contract().operations[name].body) is not None
    for case in of_body(name, declared.schema, body)
]
PARAMETER_CASES = [
    Spoilt(operation.name, f"/{parameter.place}/{parameter.name}", rule, wrong, "VALIDATION_ERROR")
    for operation in SERVED
    for parameter in operation.parameters
    for rule, wrong in broken(parameter.schema, "1")
    if not (rule == "type" and "string" in parameter.schema.types)
]


def spoil(body: Any, pointer: str, value: Any) -> Any:
    """A copy of the body with another value, or none, at a pointer."""
    if not pointer:
        return value
    changed = copy.deepcopy(body)
    *above, last = split(pointer)
    holder = changed
    for token in above:
        holder = step(holder, token)
    if value is MISSING:
        del holder[last]
    else:
        holder[int(last) if isinstance(holder, list) else last] = value
    return changed


@pytest.mark.parametrize("case", BODY_CASES, ids=str)
def test_a_rule_broken_in_a_body_is_told_at_its_place_with_its_code(case: Spoilt) -> None:
    stage = Stage()
    asked = stage.ask(case.operation)
    given = stage.send(asked.but(body=spoil(asked.body, case.pointer, case.value)))
    assert (given.status, given.code) == (422, case.code)
    assert set(given.pointers) == {case.pointer}
    assert all(error["message"] for error in given.json["errors"])


@pytest.mark.parametrize("case", PARAMETER_CASES, ids=str)
def test_a_rule_broken_in_a_parameter_is_told_at_its_place(case: Spoilt) -> None:
    stage = Stage()
    asked = stage.ask(case.operation)
    _, place, name = case.pointer.split("/")
    text = str(case.value)
    spoilt = {
        "query": lambda: asked.but(query=f"{name}={text}"),
        "header": lambda: asked.but(headers={name: text}),
        "path": lambda: asked.at(text),
    }[place]()
    given = stage.send(spoilt)
    assert (given.status, given.code) == (422, case.code)
    assert set(given.pointers) == {case.pointer}


def test_the_cases_reach_every_property_of_every_body_and_every_parameter_with_a_rule() -> None:
    def places(schema: Schema, pointer: str = "") -> Iterator[str]:
        for name, part in schema.properties.items():
            yield join(pointer, name)
            yield from places(part, join(pointer, name))
            if part.items is not None:
                yield from places(part.items, f"{join(pointer, name)}/0")

    for operation in SERVED:
        if operation.body is not None:
            tried = {case.pointer for case in BODY_CASES if case.operation == operation.name}
            assert set(places(operation.body.schema)) <= tried
    assert {case.pointer for case in PARAMETER_CASES} == {
        "/path/user_id",
        "/query/limit",
        "/query/offset",
        "/query/status",
        "/header/Idempotency-Key",
    }


def test_several_faults_are_told_at_once_in_the_order_of_the_schema_under_the_first_code() -> None:
    stage = Stage()
    asked = stage.ask("orders.create").but(
        body={"items": [{"price": -1, "quantity": 0}, {"productId": ""}], "userId": "me"}
    )
    given = stage.send(asked)
    assert given.code == "ORDER_001"
    assert given.pointers == [
        "/userId",
        "/items/0/productId",
        "/items/0/quantity",
        "/items/0/price",
        "/items/1/productId",
        "/items/1/quantity",
        "/items/1/price",
    ]


def test_a_bad_item_does_not_take_the_code_of_missing_items() -> None:
    stage = Stage()
    given = stage.send(stage.ask("orders.create").with_body(items=[{"productId": "p", "quantity": 1, "price": -1}]))
    assert (given.code, given.pointers) == ("VALIDATION_ERROR", ["/items/0/price"])


def test_faults_of_parameters_and_body_are_told_together() -> None:
    stage = Stage()
    asked = stage.ask("users.update").at("42").with_body(phone="555")
    assert stage.send(asked).pointers == ["/path/user_id", "/phone"]
    keyed = stage.ask("payments.refund").with_body(amount=0.001).but(headers={"Idempotency-Key": ""})
    assert stage.send(keyed).pointers == ["/header/Idempotency-Key", "/amount"]


@pytest.mark.parametrize("kind", ["credit_card", "debit_card"])
def test_a_card_needs_what_belongs_to_a_card(kind: str) -> None:
    stage = Stage()
    given = stage.send(stage.ask("payments.create").with_body(paymentMethod={"type": kind}))
    assert given.code == "PAY_001"
    assert given.pointers == [f"/paymentMethod/{name}" for name in CARD if name != "type"]


@pytest.mark.parametrize("kind", ["paypal", "bank_transfer"])
def test_an_account_needs_nothing_else(kind: str) -> None:
    stage = Stage()
    given = stage.send(stage.ask("payments.create").with_body(paymentMethod={"type": kind}))
    assert given.status == 201
    assert given.json["paymentMethod"] == {"type": kind}


def test_an_amount_that_is_not_the_total_is_told_at_the_amount() -> None:
    stage = Stage()
    given = stage.send(stage.ask("payments.create").with_body(amount=40.26))
    assert (given.status, given.code, given.pointers) == (422, "VALIDATION_ERROR", ["/amount"])
    assert given.json["detail"] == "The amount is not the order's total, 40.25."


def test_a_payer_who_is_nobody_or_somebody_else_is_told_at_the_user() -> None:
    stage = Stage()
    for user in (NOBODY, stage.jane.id):
        given = stage.send(stage.ask("payments.create").with_body(userId=user).but(token=stage.platform.admin))
        assert (given.status, given.code, given.pointers) == (422, "VALIDATION_ERROR", ["/userId"])
