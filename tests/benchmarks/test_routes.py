"""Paths come from the contract, and a contract that cannot be measured is told clearly."""

from pathlib import Path

import pytest

from benchmarks import routes
from benchmarks.failure import BenchmarkError
from benchmarks.routes import contract_routes
from commerce_contract import Contract, ContractError, Fault, Location

EMPTY = Contract(Path(), services={}, operations={}, resources={}, events={}, problems={}, files=())


def test_paths_are_those_of_the_contract() -> None:
    found = contract_routes()
    assert found.read("order-7").endswith("/order-7")
    assert found.read("order-7").startswith(found.create)
    assert "{" not in found.list("some-user")
    assert {"users", "orders"} <= set(found.services)
    assert found.listen == ("/__admin/events/stream", "admin")


def test_a_contract_without_the_measured_operations_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "load", lambda: EMPTY)
    with pytest.raises(BenchmarkError, match=r"no operation 'orders\.create'.*unset COMMERCE_CONTRACT"):
        contract_routes()


def test_a_broken_contract_is_told_with_its_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Contract:
        fault = Fault(Location("openapi/orders.yaml", "/paths", 12), "no such schema", "spell it as it is declared")
        raise ContractError([fault], Path())

    monkeypatch.setattr(routes, "load", broken)
    with pytest.raises(BenchmarkError, match=r"(?s)commerce-contract check.*openapi/orders\.yaml"):
        contract_routes()
