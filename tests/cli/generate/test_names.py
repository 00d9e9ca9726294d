"""Names of the wire as names of Python."""

import pytest

from commerce_cli.generate import names


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("userId", "user_id"),
        ("getMuseumHours", "get_museum_hours"),
        ("get-trips", "get_trips"),
        ("HTTPServer", "http_server"),
        ("X-Request-Id", "x_request_id"),
        ("class", "class_"),
        ("2nd", "n2_nd"),
        ("Größe", "grosse"),
        ("日本", "unnamed"),
    ],
)
def test_a_name_becomes_an_identifier_in_snake_case(wire: str, python: str) -> None:
    assert names.snake(wire) == python
    assert python.isidentifier()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Invalid user ID", "InvalidUserId"),
        ("order_created", "OrderCreated"),
        ("USER_001", "User001"),
        ("HTTPError", "HTTPError"),
        ("pet", "Pet"),
        ("404 page", "N404Page"),
        ("!", "Unnamed"),
    ],
)
def test_a_text_becomes_a_name_in_camel_case(text: str, name: str) -> None:
    assert names.camel(text) == name
    assert name.isidentifier()


@pytest.mark.parametrize("taken", ["Model", "Field", "Exception", "None"])
def test_a_class_does_not_hide_what_its_module_needs(taken: str) -> None:
    assert names.class_name(taken) == f"{taken}Model"
    assert names.class_name("Order") == "Order"


def test_constants_and_arguments_give_way_too() -> None:
    assert names.constant("get-trips") == "GET_TRIPS"
    assert names.constant("class") == "CLASS"
    assert names.argument("timeOut", {"time_out"}) == "time_out_"
    assert names.argument("limit", {"timeout"}) == "limit"


def test_a_taken_name_is_numbered_from_two() -> None:
    assert names.unused("Item", {"Item", "Item2"}) == "Item3"
    assert names.unused("get", {"get"}, lambda number: f"get_{number}") == "get_2"
    assert names.unused("get", set()) == "get"
