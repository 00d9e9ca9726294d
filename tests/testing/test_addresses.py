from dataclasses import replace

import pytest

from commerce_contract import Contract
from commerce_sdk import AsyncCommerce, Commerce
from commerce_testing import Stage, addresses


@pytest.fixture
def contract(stage: Stage) -> Contract:
    """The contract, but that `users` says no port."""
    services = dict(stage.contract.services)
    services["users"] = replace(services["users"], port=0)
    return replace(stage.contract, services=services)


def test_a_service_is_at_its_port_or_at_a_name_of_its_own(contract: Contract) -> None:
    urls = addresses.urls(contract)
    assert urls["orders"] == "http://localhost:3001"
    assert urls["users"] == "http://users.test"


def test_both_names_of_this_machine_lead_to_a_service(contract: Contract) -> None:
    services = addresses.services(contract)
    assert services["localhost:3001"] == services["127.0.0.1:3001"] == "orders"
    assert "users" not in services.values()


@pytest.mark.parametrize("kind", [Commerce, AsyncCommerce])
def test_a_client_is_told_of_the_services_that_it_has(kind: type) -> None:
    places = {"orders": "http://orders.test", "parcels": "http://parcels.test"}
    assert addresses.arguments(kind, places) == {"orders_url": "http://orders.test"}
