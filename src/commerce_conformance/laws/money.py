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
    ((1, "1.15"),),
    ((1, "4.35"), (1, "8.29")),
)
_CENT: Final = Decimal("0.01")
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
        if not body.get(items):
            trial.unreachable(f"the example of {operation.name} has no {items}")
            return
        like = body[items][0]
        body[items] = [{**like, number: count, price: float(each)} for count, each in basket]
        made = trial.session.call(operation, body=body, by=owner)
        wanted = sum((count * Decimal(each) for count, each in basket), Decimal(0))
        taken = trial.expect(made, operation.success.status, because="a basket of cents is taken")
        because = f"{total} is the exact sum of {number} times {price}"
        if not taken or not _exact(trial, made, total, wanted, because):
            return  # the other baskets would tell the same again


def _exact(trial: Trial, exchange: Exchange, name: str, wanted: Decimal, because: str) -> bool:
    value = exchange.json.get(name) if isinstance(exchange.json, dict) else None
    return trial.check(reading.amount(value) == wanted, because, expected=wanted, got=repr(value), exchanges=[exchange])


def _agreed(trial: Trial, operation: Operation) -> None:
    owner = trial.supply.user()
    body = trial.supply.body(operation, owner)
    name = next((name for name in body if reading.snake(name) == "amount"), "")
    exact = reading.amount(body.get(name))
    if exact is None:
        trial.unreachable(f"what `{name or 'amount'}` must be is told as {body.get(name)!r}, which is no number")
        return
    for wrong in (exact + _CENT, exact - _CENT):
        refused = trial.session.call(operation, body={**body, name: float(wrong)}, by=owner)
        if not trial.expect(refused, _INVALID, because=f"`{name}` is exactly what it is for comes to"):
            return
        pointed = trial.check(
            f"/{name}" in refused.pointers, "a wrong amount is pointed at",
            expected=f"/{name}", got=refused.pointers, exchanges=[refused],
        )  # fmt: skip
        if not pointed:
            break
    taken = trial.session.call(operation, body=body, by=owner)
    if trial.expect(taken, operation.success.status, because="the exact amount is taken, though a wrong one was tried"):
        _exact(trial, taken, name, exact, "an amount is answered as it was sent")


def _gathered(trial: Trial, operation: Operation, gathered: str) -> None:
    resource = operation.resource
    total = reading.total_of(resource) if resource is not None else None
    properties = operation.body.schema.properties if operation.body is not None else {}
    amount = next((name for name in properties if reading.snake(name) == "amount"), None)
    if resource is None or total is None or amount is None:
        return
    live = trial.supply.in_state(resource.collection, reading.takeable(operation))
    whole = reading.amount(live.value.get(total))
    if whole is None:
        trial.unreachable(f"{live.key} comes to {live.value.get(total)!r}, which is no number")
        return
    beyond = _take(trial, operation, live, amount, whole + _CENT)
    if _refused(trial, operation, live, beyond, "more than there is cannot be taken", gathered, Decimal(0)):
        _parts(trial, operation, live, amount, gathered, whole)


def _parts(  # noqa: PLR0913, PLR0917 - one case
    trial: Trial, operation: Operation, live: Live, amount: str, gathered: str, whole: Decimal
) -> None:
    """All that there is in three parts, with a cent too much after each."""
    third, taken = (whole / 3).quantize(_CENT), Decimal(0)
    for part in (third, third, whole - 2 * third):
        done = _take(trial, operation, live, amount, part)
        taken += part
        counted = trial.expect(done, operation.success.status, because=f"a part of {part} can be taken") and _exact(
            trial, done, gathered, taken, f"{gathered} is the exact sum of the parts"
        )
        if not counted:
            return
        over = _take(trial, operation, live, amount, whole - taken + _CENT)
        if not _refused(trial, operation, live, over, "not a cent more can be taken than remains", gathered, taken):
            return
    _ended(trial, operation, live, done)


def _ended(trial: Trial, operation: Operation, live: Live, done: Exchange) -> None:
    """What is taken wholly is in a state from which nothing follows, where the operation shows one."""
    lifecycle, name = live.resource.lifecycle, live.resource.state or ""
    shown = reading.shown_states(operation)
    last = {state for state in shown if lifecycle is not None and not lifecycle.transitions.get(state, ())}
    now = done.json.get(name) if isinstance(done.json, dict) else None
    trial.check(
        not last or now in last, f"what is taken wholly is {' or '.join(sorted(last))}", expected=sorted(last), got=now,
        at=lifecycle.location if lifecycle is not None else None, exchanges=[live.made, done],
    )  # fmt: skip


def _take(trial: Trial, operation: Operation, live: Live, amount: str, part: Decimal) -> Exchange:
    return trial.session.call(operation, [live.key], {amount: float(part)}, by=live.owner)


def _refused(  # noqa: PLR0913, PLR0917 - one case
    trial: Trial, operation: Operation, live: Live, answered: Exchange, because: str, gathered: str, taken: Decimal
) -> bool:
    codes = reading.refusals(operation, _CONFLICT)[:1]
    if not trial.expect(answered, _CONFLICT, codes, because=because, after=[live.made]):
        return False
    now: Any = trial.supply.now(live).value.get(gathered, 0)
    return trial.check(
        reading.amount(now) == taken, "what is refused is not counted", expected=taken, got=repr(now),
        exchanges=[answered],
    )  # fmt: skip


LAW = Law(
    name="money",
    sentence="Amounts are exact: sums to the cent, parts that add up, and never a cent more than there is.",
    derives="Properties that are multiples of 0.01, what a creation refers to, `refundedAmount` of a refund.",
    applies=_applies,
    check=_check,
)
