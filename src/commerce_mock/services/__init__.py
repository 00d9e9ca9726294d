"""The rules of the services: what their contract cannot say. One file a service, one function an operation or reaction.

A module's tables say what its functions are for: `RULES` operation -> rule, `ON` event -> reaction,
`TIMERS` name -> timer, `METRICS` family -> source, `OBSERVED` event -> the amount in its data to count,
`SEEDED` collection -> what a scenario's resource brings along, `CALLS` the services that this one calls.
"""

from types import ModuleType

from commerce_mock.services import admin, notifications, operating, orders, payments, users

MODULES: tuple[ModuleType, ...] = (users, orders, payments, notifications, admin)

# Every service has these, also one that no module here knows.
EVERY_SERVICE = operating.RULES
WHEN_DOWN = operating.WHEN_DOWN


def name(module: ModuleType) -> str:
    """The service that a module is about."""
    return module.__name__.rpartition(".")[2]
