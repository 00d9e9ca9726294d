"""The rules of the services: what their contract cannot say. One file a service, one function an operation or reaction.

A module's tables say what its functions are for: `RULES` operation -> rule, `ON` event -> reaction,
`TIMERS` name -> timer, `METRICS` family -> source, `OBSERVED` event -> the amount of its resource to count,
`SEEDED` collection -> what a scenario's resource brings along, `SAVED` collection -> what of a resource's hidden part
a saved scenario needs, `PRIVATE` collection -> the names in that part that rules read and an export tells, `RECORDS`
and `LOGS` table -> how its entries are written in an export, `PUBLIC` values that are nobody's secret, `CALLS` the
services that this one calls, `READS` services that it only looks into, `OPTIONAL` operations that a contract may lack.
"""

from collections.abc import Iterator
from types import ModuleType

from commerce_contract import Contract
from commerce_mock.services import admin, notifications, operating, orders, payments, users

MODULES: tuple[ModuleType, ...] = (users, orders, payments, notifications, admin)

# Every service has these, also one that no module here knows.
EVERY_SERVICE = operating.RULES
WHEN_DOWN = operating.WHEN_DOWN


def name(module: ModuleType) -> str:
    """The service that a module is about."""
    return module.__name__.rpartition(".")[2]


def fitting(contract: Contract) -> list[ModuleType]:
    """The modules whose rules are used: another contract may well have a service of the same name.

    A module fits where the contract has every operation that it has a rule for, and the modules fit that it calls or
    looks into.
    """
    fit = [module for module in MODULES if name(module) in contract.services and not _lacking(module, contract)]
    while astray := [module for module in fit if not _neighbours(module) <= set(map(name, fit))]:
        fit = [module for module in fit if module not in astray]
    return fit


def unused(contract: Contract) -> Iterator[str]:
    """A note on each service of the contract whose name a module has, but whose rules are not used."""
    used = fitting(contract)
    for module in MODULES:
        if module not in used and name(module) in contract.services:
            missing = ", ".join(_lacking(module, contract) or sorted(_neighbours(module) - set(map(name, used))))
            yield f"{name(module)}: the rules written for it are not used, because the contract lacks {missing}"


def _lacking(module: ModuleType, contract: Contract) -> list[str]:
    """The operations that a module has rules for and the contract has not."""
    return sorted(set(getattr(module, "RULES", ())) - set(getattr(module, "OPTIONAL", ())) - contract.operations.keys())


def _neighbours(module: ModuleType) -> set[str]:
    return {*getattr(module, "CALLS", ()), *getattr(module, "READS", ())}
