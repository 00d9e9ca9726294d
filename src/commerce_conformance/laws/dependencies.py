"""A service that another one needs is taken down, and comes back: what the other one says and does meanwhile."""

from collections.abc import Iterable
from typing import Final

from commerce_conformance import depending, hooks
from commerce_conformance.depending import Need
from commerce_conformance.law import Law
from commerce_conformance.outage import Outage
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Operation

OUTAGE: Final = "outage"
RECOVERY: Final = "recovery"


def _applies(contract: Contract) -> Iterable[Operation]:
    needs = [need for service in contract.services for need in depending.needs(contract, service)]
    return {need.health.name: need.health for need in needs}.values()


def _check(trial: Trial, operation: Operation) -> None:
    needs = [need for need in depending.needs(trial.contract, operation.service) if need.health == operation]
    known = trial.settings.hooks
    missing = [f"[hooks.{name}]" for name in (OUTAGE, RECOVERY) if name not in known]
    if missing:
        names = " or ".join(need.on for need in needs)
        raise UnreachableError(
            f"how {operation.service} does while {names} is down cannot be seen",
            f"say in conformance.toml what takes a service down and what brings it back: {' and '.join(missing)}",
        )
    for need in needs:
        _try(trial, need)


def _try(trial: Trial, need: Need) -> None:
    known, service = trial.settings.hooks, {"service": need.on}
    try:
        outage = Outage(trial, need)
    except UnreachableError as error:
        trial.unreachable(f"{need.on} is not taken down: {error.reason}", error.hook)
        return
    try:
        try:
            hooks.let(known[OUTAGE], service)
            outage.lasting()
        finally:
            hooks.let(known[RECOVERY], service)  # also where taking it down failed half-way, or the suite did
    except UnreachableError as error:
        trial.unreachable(f"the outage of {need.on} was none, or did not end: {error.reason}", error.hook)
        return
    outage.over()


LAW = Law(
    name="dependencies",
    sentence="While a service is down those that need it say so and refuse what needs it; then all is well again.",
    derives="The dependencies in the example of health and its 503, what a creation refers to and its 503 with "
    "`Retry-After`, the examples of breakers and of their gauge.",
    applies=_applies,
    check=_check,
    last=True,
)
