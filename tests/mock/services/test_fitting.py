"""Which rules are used for a contract that has services of the same names as ours."""

from dataclasses import replace

from commerce_contract import Contract
from commerce_mock import services
from harness.platform import contract


def without(*operations: str) -> Contract:
    whole = contract()
    return replace(whole, operations={name: o for name, o in whole.operations.items() if name not in operations})


def fitting(of: Contract) -> set[str]:
    return {services.name(module) for module in services.fitting(of)}


def test_all_rules_are_used_for_our_own_contract() -> None:
    assert fitting(contract()) == {"users", "orders", "payments", "notifications", "admin"}
    assert list(services.unused(contract())) == []


def test_a_service_that_lacks_an_operation_with_a_rule_is_another_one() -> None:
    other = without("payments.refund")
    assert fitting(other) == {"users", "orders", "admin"}
    assert list(services.unused(other)) == [
        "payments: the rules written for it are not used, because the contract lacks payments.refund",
        "notifications: the rules written for it are not used, because the contract lacks payments",
    ]


def test_a_service_whose_neighbour_is_another_one_is_another_one_too() -> None:
    assert fitting(without("users.verify")) == {"admin"}


def test_an_optional_operation_may_be_missing() -> None:
    assert "admin" in fitting(without("admin.settle"))


def test_a_part_of_the_platform_keeps_its_rules() -> None:
    whole = contract()
    part = replace(whole, services={"users": whole.services["users"]})
    assert fitting(part) == {"users"}
    assert list(services.unused(part)) == []
