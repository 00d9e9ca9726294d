"""The demo scenario against the documents: it is valid, and the documents' examples make sense in it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from contract.documents import (
    SERVICES,
    Operation,
    Place,
    at,
    document,
    errors,
    examples,
    media,
    messages,
    operations,
)

SCENARIO = document("src/commerce_mock/scenarios/demo.yaml")
RESOURCES = {
    declared["collection"]: at(file, f"/components/schemas/{name}")
    for file in SERVICES
    for name, schema in document(file).get("components", {}).get("schemas", {}).items()
    if (declared := schema.get("x-resource"))
}
STORED = [(collection, resource) for collection in RESOURCES for resource in SCENARIO[collection]]
EVENTS = {message.value["name"]: file.split("/")[1].split(".")[0] for file, _, message in messages()}
NAMES = {"id", "userId", "user_id", "orderId", "order_id", "paymentId", "payment_id", "transactionId", "transaction_id"}
KNOWN = {resource["id"] for _, resource in STORED}
KNOWN |= {payment["transactionId"] for payment in SCENARIO["payments"] if "transactionId" in payment}
KNOWN |= {f"event-{number}" for number, _ in enumerate(SCENARIO["events"], 1)}
# What only using the mock makes: a mail for each event, and its own journal.
MADE = re.compile(r"(notification|request)-\d+")

each_stored = pytest.mark.parametrize(
    ("collection", "resource"), STORED, ids=[resource["id"] for _, resource in STORED]
)


def shown(collection: str, key: str) -> dict[str, Any]:
    """A resource of the scenario as an answer shows it."""
    resource = next(each for each in SCENARIO[collection] if each["id"] == key)
    return {name: value for name, value in resource.items() if name != "private"}


@each_stored
def test_a_resource_is_as_its_answer_shows_it(collection: str, resource: dict[str, Any]) -> None:
    value = shown(collection, resource["id"])
    assert errors(RESOURCES[collection], value) == []
    assert set(value) <= set(RESOURCES[collection].value["properties"])


@each_stored
def test_a_resource_belongs_to_a_user_of_the_scenario(collection: str, resource: dict[str, Any]) -> None:
    owner = RESOURCES[collection].value["x-resource"]["owner"]
    assert resource[owner] in {user["id"] for user in SCENARIO["users"]}


def test_no_two_users_share_what_is_unique() -> None:
    for name in RESOURCES["users"].value["x-resource"]["unique"]:
        assert len({user[name].casefold() for user in SCENARIO["users"]}) == len(SCENARIO["users"])


def test_an_order_costs_the_sum_of_its_items_and_a_payment_what_its_order_costs() -> None:
    totals = {order["id"]: order["totalAmount"] for order in SCENARIO["orders"]}
    for order in SCENARIO["orders"]:
        assert order["totalAmount"] == sum(item["quantity"] * item["price"] for item in order["items"])
    for payment in SCENARIO["payments"]:
        assert payment["amount"] == totals[payment["orderId"]]


def test_only_the_unverified_user_still_has_a_token_and_it_is_the_documented_one() -> None:
    tokens = {user["is_verified"]: user["private"].get("verification_token") for user in SCENARIO["users"]}
    example = at(
        "openapi/users.yaml", "/paths/~1api~1users~1{user_id}~1verify/post/requestBody/content/application~1json"
    )
    assert tokens == {True: None, False: examples(example)["documented"].value["verification_token"]}


def test_the_documented_users_orders_and_payments_are_there_word_for_word() -> None:
    for name, key in [
        ("users.get", "550e8400-e29b-41d4-a716-446655440001"),
        ("orders.get", "order-123"),
        ("payments.get", "pay-456"),
    ]:
        operation = next(each for each in operations() if each.name == name)
        content = next(media(operation.success))
        for example in examples(content).values():
            assert example.value == shown(name.split(".")[0], example.value["id"])
        assert examples(content)["documented"].value["id"] == key


def test_what_happened_is_told_in_order_by_events_of_the_resource_s_own_service() -> None:
    times = [event["time"] for event in SCENARIO["events"]]
    assert times == sorted(times)
    assert times[-1] < SCENARIO["clock"]
    for event in SCENARIO["events"]:
        collection, _, key = event["resource"].partition("/")
        assert EVENTS[event["type"]] == collection
        assert shown(collection, key)


def test_the_first_event_is_the_documented_one() -> None:
    event = at(
        "openapi/users.yaml", "/paths/~1api~1users~1{user_id}~1events/get/responses/200/content/application~1json"
    )
    first = examples(event)["documented"].value["events"][0]
    assert (first["event_type"], first["created_at"]) == (SCENARIO["events"][0]["type"], SCENARIO["events"][0]["time"])
    assert SCENARIO["events"][0]["resource"] == f"users/{SCENARIO['users'][0]['id']}"


def identifiers(value: Any) -> Iterator[str]:
    """Every id that an example names."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in NAMES and isinstance(member, str):
                yield member
            else:
                yield from identifiers(member)
    elif isinstance(value, list):
        for element in value:
            yield from identifiers(element)


def shows(operation: Operation) -> Iterator[Place]:
    """The examples of an operation: of its parameters, its request and its success."""
    for parameter in operation.parameters:
        if parameter.value["name"] in NAMES:
            yield from examples(parameter).values()
    body = operation.place.get("requestBody")
    for holder in [*([body] if body else []), operation.success]:
        for content in media(holder):
            yield from examples(content).values()


# What controls show is made by them: faults, requests and whole states of worlds.
OF_SERVICES = [operation for operation in operations() if not operation.name.startswith("admin.")]


@pytest.mark.parametrize("operation", OF_SERVICES, ids=lambda operation: operation.name)
def test_every_id_of_an_operation_s_examples_is_in_the_scenario(operation: Operation) -> None:
    for place in shows(operation):
        found = (
            [place.value]
            if isinstance(place.value, str) and "parameters" in place.pointer
            else identifiers(place.value)
        )
        assert {each for each in found if not MADE.fullmatch(each)} <= KNOWN, place


@pytest.mark.parametrize("operation", list(operations()), ids=lambda operation: operation.name)
def test_a_problem_is_shown_at_a_path_of_the_documents(operation: Operation) -> None:
    patterns = [re.compile(re.sub(r"\{\w+\}", "[^/]+", each.path)) for each in operations()]
    for response in operation.responses.values():
        for content in media(response):
            for place in examples(content).values():
                if isinstance(place.value, dict) and {"code", "instance"} <= place.value.keys():
                    instance = place.value["instance"]
                    assert any(pattern.fullmatch(instance) for pattern in patterns), place


@pytest.mark.parametrize("event", EVENTS)
def test_every_id_of_an_event_s_examples_is_in_the_scenario(event: str) -> None:
    message = next(message for _, _, message in messages() if message.value["name"] == event)
    for example in message.value["examples"]:
        assert set(identifiers(example["payload"])) <= KNOWN
        assert example["headers"]["ce-id"] in KNOWN
