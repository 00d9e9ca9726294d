"""The command that a person pastes: run by a shell it sends what the document says."""

import json
import shlex
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from commerce_contract import Operation
from commerce_contract.library import Library
from commerce_mock.http.bundle import bundle
from commerce_mock.http.curl import curl
from harness.platform import contract

URL = "http://127.0.0.1:3001"
OPERATIONS = sorted(contract().operations)


@cache
def document(service: str) -> dict[str, Any]:
    library = Library(contract().root)
    file = contract().services[service].documents[0]
    return bundle([file], lambda name: library.open(contract().root / name).data)


def command(name: str, values: dict[str, str] | None = None) -> list[str]:
    """The words that the shell hands to curl."""
    operation = contract().operations[name]
    return shlex.split(curl(document(operation.service), operation, URL, values))


def option(words: list[str], flag: str) -> list[str]:
    return [word for before, word in pairwise(words) if before == flag]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_command_that_the_contract_accepts(name: str) -> None:
    operation: Operation = contract().operations[name]
    words = command(name)
    assert words[0] == "curl"
    assert (option(words, "-X") or ["GET"]) == [operation.method]
    (target,) = [word for word in words if word.startswith(URL)]
    assert "{" not in target
    assert ("Authorization: Bearer $TOKEN" in option(words, "-H")) == operation.secured
    bodies = [json.loads(body) for body in option(words, "-d")]
    assert len(bodies) == (operation.body is not None)
    assert all(operation.body and operation.body.schema.is_valid(body) for body in bodies)


def test_a_path_parameter_is_the_documented_example_or_the_given_value() -> None:
    assert command("orders.get")[1] == f"{URL}/api/orders/order-123"
    assert command("orders.get", {"order_id": "a b/c"})[1] == f"{URL}/api/orders/a%20b%2Fc"


def test_the_token_is_left_to_the_shell_and_a_quote_in_a_body_is_no_end() -> None:
    shown = {"post": {"requestBody": {"content": {"application/json": {"example": {"name": "O'Hara's"}}}}}}
    operation = contract().operations["users.create"]
    text = curl({"paths": {operation.path: shown}}, operation, URL)
    assert json.loads(option(shlex.split(text), "-d")[0]) == {"name": "O'Hara's"}
    assert '"Authorization: Bearer $TOKEN"' in curl(document("orders"), contract().operations["orders.get"], URL)


def test_required_query_parameters_are_sent_and_optional_ones_are_not() -> None:
    parameters = [
        {"name": "q", "in": "query", "required": True, "example": "a&b"},
        {"name": "limit", "in": "query", "example": 5},
    ]
    operation = contract().operations["orders.health"]
    text = curl({"paths": {operation.path: {"parameters": parameters, "get": {}}}}, operation, URL + "/")
    assert shlex.split(text)[1] == f"{URL}/health?q=a%26b"


def test_a_long_body_is_written_over_several_lines() -> None:
    text = curl(document("orders"), contract().operations["orders.create"], URL)
    assert '\n  "items": [' in text
