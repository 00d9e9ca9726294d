from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
import respx

from commerce_contract import Operation, load
from commerce_sdk import AsyncCommerce, Commerce, errors
from commerce_testing import Stage
from commerce_testing.canned import examples

PETS = Path(__file__).parents[1] / "foreign" / "pets.yaml"


@pytest.fixture
def router(stage: Stage) -> Iterator[respx.MockRouter]:
    with examples(stage.contract) as router:
        yield router


def path_of(operation: Operation) -> str:
    return operation.path.replace("{", "some-").replace("}", "")


def test_every_operation_answers_its_first_example(router: respx.MockRouter, stage: Stage) -> None:
    assert {route.name for route in router.routes} == stage.contract.operations.keys()
    for operation in stage.contract.operations.values():
        url = f"http://localhost:{stage.contract.services[operation.service].port}{path_of(operation)}"
        answered = httpx.request(operation.method, url)
        success = operation.success
        assert answered.status_code == success.status, operation.name
        shown = next(iter(success.examples.values()), None)
        assert shown == (answered.json() if success.schema else answered.text or None), operation.name
        assert router[operation.name].called


def test_the_client_gets_canned_answers_through_its_own_transport(router: respx.MockRouter) -> None:
    with Commerce(token="any") as commerce:
        order = commerce.orders.get("order-123")
        assert order.total_amount == Decimal("75.48")
        assert [each.id for each in commerce.orders.list_for_user(order.user_id)]
    assert router["orders.get"].calls.last.request.headers["authorization"] == "Bearer any"


@pytest.mark.anyio
async def test_the_async_client_gets_them_too(router: respx.MockRouter) -> None:
    async with AsyncCommerce(token="any") as commerce:
        assert (await commerce.orders.get("order-123")).id == "order-123"
    assert router["orders.get"].call_count == 1


def test_a_test_may_say_another_answer(router: respx.MockRouter) -> None:
    router["orders.get"].respond(404, json={"code": "ORDER_003"})
    with Commerce(token="any") as commerce, pytest.raises(errors.OrderNotFound):
        commerce.orders.get("order-1")


@pytest.mark.usefixtures("router")
def test_nothing_leaves_the_process() -> None:
    with pytest.raises(respx.models.AllMockedAssertionError):
        httpx.get("http://localhost:3001/elsewhere")


def test_an_operation_without_example_answers_what_its_schema_allows() -> None:
    with examples(load(PETS)):
        assert httpx.get("http://localhost:8090/pets").json()[0]["name"]
        assert httpx.get("http://localhost:8090/catalogue").content == b""
        assert httpx.delete("http://localhost:8090/pets/1").status_code == 204


def test_a_service_without_a_port_is_at_any_address() -> None:
    contract = load(PETS)
    services = {name: replace(service, port=0) for name, service in contract.services.items()}
    with examples(replace(contract, services=services)):
        assert httpx.delete("https://pets.example.com/pets/1").status_code == 204
