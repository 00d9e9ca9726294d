"""Amounts of money: exact sums, exact parts, and never a cent more than there is."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation, Schema

# Quantities and prices whose sums go wrong where they are reckoned in binary fractions or rounded on the way.
BASKETS: Final[tuple[tuple[tuple[int, str], ...], ...]] = (
    ((1, "0.10"), (1, "0.20")),
    ((3, "33.33"), (1, "0.01")),
    ((3, "1.10"),),
    ((7, "0.07"), (3, "19.99")),
    ((1, "1.01"), (1, "1.02"), (1, "1.03")),
    ((100, "0.29"),),
    ((1, "4.35"), (1, "8.29")),
)
_CONFLICT: Final = 409
_INVALID: Final = 422


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if _sums(o) or _agrees(contract, o) or reading.gathers(o))


def _check(trial: Trial, operation: Operation) -> None:
    sums = _sums(operation)
    if sums is not None:
        _summed(trial, operation, sums)
    if _agrees(trial.contract, operation):
        _agreed(trial, operation)
    gathered = reading.gathers(operation)
    if gathered is not None:
        _gathered(trial, operation, gathered)


def _sums(operation: Operation) -> tuple[str, str, str, str] | None:
    """The list of a body, its number and its price, and the total of the resource that they come to."""
    if operation.action is not Action.CREATE or operation.body is None or operation.resource is None:
        return None
    total = reading.total_of(operation.resource)
    for name, part in operation.body.schema.properties.items():
        members: Mapping[str, Schema] = part.items.properties if part.items is not None else {}
        price = next((n for n, member in members.items() if reading.is_money(member)), None)
        number = next((n for n, member in members.items() if "integer" in member.types), None)
        if price is not None and number is not None and total is not None:
            return name, number, price, total
    return None


def _agrees(contract: Contract, operation: Operation) -> bool:
    """Whether a creation takes an amount that must be what something else comes to."""
    if operation.action is not Action.CREATE or operation.body is None:
        return False
    about = [r for r in reading.references(contract, operation.body.schema).values() if r.owner != r.key]
    return bool(about) and any(reading.snake(name) == "amount" for name in operation.body.schema.properties)


def _summed(trial: Trial, operation: Operation, names: tuple[str, str, str, str]) -> None:
    items, number, price, total = names
    owner = trial.supply.user()
    for basket in BASKETS:
        body = trial.supply.body(operation, owner)
        like = body[items][0]
        body[items] = [{**like, number: count, price: float(each)} for count, each in basket]
        made = trial.session.call(operation, body=body, by=owner)
        wanted = sum((count * Decimal(each) for count, each in basket), Decimal(0))
        if not trial.expect(made, operation.success.status, because="a basket of cents is taken"):
            continue
        _exact(trial, made, total, wanted, f"{total} is the exact sum of {number} times {price}")


def _exact(trial: Trial, exchange: Exchange, name: str, wanted: Decimal, because: str) -> None:
    value = exchange.json.get(name) if isinstance(exchange.json, dict) else None
    got = Decimal(repr(value)) if type(value) in (int, float) else None
    trial.check(got == wanted, because, expected=wanted, got=value, exchanges=[exchange])


def _agreed(trial: Trial, operation: Operation) -> None:
    owner = trial.supply.user()
    body = trial.supply.body(operation, owner)
    name = next(name for name in body if reading.snake(name) == "amount")
    exact = Decimal(repr(body[name]))
    for wrong in (exact + Decimal("0.01"), exact - Decimal("0.01")):
        refused = trial.session.call(operation, body={**body, name: float(wrong)}, by=owner)
        if trial.expect(refused, _INVALID, because=f"`{name}` is exactly what it is for comes to"):
            trial.check(
                f"/{name}" in refused.pointers, "a wrong amount is pointed at",
                expected=f"/{name}", got=refused.pointers, exchanges=[refused],
            )  # fmt: skip
    taken = trial.session.call(operation, body=body, by=owner)
    if trial.expect(taken, operation.success.status, because="the exact amount is taken, though a wrong one was tried"):
        _exact(trial, taken, name, exact, "an amount is answered as it was sent")


def _gathered(trial: Trial, operation: Operation, gathered: str) -> None:
    resource = operation.resource
    total = reading.total_of(resource) if resource is not None else None
    if resource is None or total is None or operation.body is None:
        return
    amount = next((n for n in operation.body.schema.properties if reading.snake(n) == "amount"), None)
    if amount is None:
        return
    live = trial.supply.in_state(resource.collection, reading.takeable(operation))
    whole = Decimal(repr(live.value[total]))
    third = (whole / 3).quantize(Decimal("0.01"))
    parts = (third, third, whole - 2 * third)
    beyond = _take(trial, operation, live, amount, whole + Decimal("0.01"))
    _refused(trial, operation, live, beyond, "more than there is cannot be taken", gathered, Decimal(0))
    taken = Decimal(0)
    for part in parts:
        done = _take(trial, operation, live, amount, part)
        taken += part
        if not trial.expect(done, operation.success.status, because=f"a part of {part} can be taken"):
            return
        _exact(trial, done, gathered, taken, f"{gathered} is the exact sum of the parts")
        if taken < whole:
            over = _take(trial, operation, live, amount, whole - taken + Decimal("0.01"))
            _refused(trial, operation, live, over, "not a cent more can be taken than remains", gathered, taken)
    after = _take(trial, operation, live, amount, Decimal("0.01"))
    _refused(trial, operation, live, after, "of what is taken wholly nothing more can be taken", gathered, taken)


def _take(trial: Trial, operation: Operation, live: Live, amount: str, part: Decimal) -> Exchange:
    return trial.session.call(operation, [live.key], {amount: float(part)}, by=live.owner)


def _refused(  # noqa: PLR0913, PLR0917 - one case
    trial: Trial, operation: Operation, live: Live, answered: Exchange, because: str, gathered: str, taken: Decimal
) -> None:
    codes = reading.refusals(operation, _CONFLICT)[:1]
    trial.expect(answered, _CONFLICT, codes, because=because, after=[live.made])
    now: Any = trial.supply.now(live).value.get(gathered, 0)
    trial.check(
        Decimal(repr(now)) == taken if type(now) in (int, float) else False,
        "what is refused is not counted", expected=taken, got=now, exchanges=[answered],
    )  # fmt: skip


LAW = Law(
    name="money",
    sentence="Amounts are exact: sums to the cent, parts that add up, and never a cent more than there is.",
    derives="Properties that are multiples of 0.01, what a creation refers to, `refundedAmount` of a refund.",
    applies=_applies,
    check=_check,
)
