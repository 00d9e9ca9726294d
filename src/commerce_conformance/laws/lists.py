"""Lists of an owner's resources: cut into pages, counted, ordered and filtered."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Action, Contract, Operation, Parameter

ITEMS: Final = 5  # of the owner; another one has some too
_PAGES: Final = ((2, 0), (2, 2), (2, 4), (3, 1), (1, 4), (5, 5))
_OK: Final = 200


def _applies(contract: Contract) -> Iterable[Operation]:
    return (
        o
        for o in contract.operations.values()
        if (o.action is Action.LIST and o.resource is not None) or _is_history(contract, o)
    )


def _is_history(contract: Contract, operation: Operation) -> bool:
    """Whether an operation lists what is no resource of a person's: its only parameter names whom it is about."""
    person, schema = reading.person(contract), operation.success.schema
    names = [reading.snake(parameter.name) for parameter in operation.parameters if parameter.place == "path"]
    lists = [part for part in schema.properties.values() if part.items is not None] if schema is not None else []
    about = person is not None and names == [f"{reading.snake(person.name)}_id"]
    return about and operation.resource is None and operation.method == "GET" and len(lists) == 1


def _check(trial: Trial, operation: Operation) -> None:
    resource = operation.resource
    if resource is None or reading.creator(trial.contract, resource) is None:
        _apart(trial, operation)
        return
    owner = trial.supply.user()
    empty = _ask(trial, operation, owner, **_largest(operation))
    already = _keys(trial, operation, empty) if trial.expect(empty, _OK, because="a user's list can be had") else []
    if trial.identities.any_user:
        trial.check(not already, "a new user has an empty list", expected=[], got=already, exchanges=[empty])
    elif len(already) + ITEMS > _largest(operation).get("limit", len(already) + ITEMS):
        trial.unreachable(f"{owner.label} has more than one page shows", "give --jwt-secret, or tokens of new users")
        return
    made = [trial.supply.fresh(resource.collection, owner) for _ in range(ITEMS)]
    if trial.identities.any_user:
        trial.supply.fresh(resource.collection)  # of somebody else: it must not show
    whole = _ask(trial, operation, owner, **_largest(operation))
    if not trial.expect(whole, _OK, because="an owner sees their list"):
        return
    expected = [live.key for live in reversed(made)] + already
    got = _keys(trial, operation, whole)
    trial.check(
        got == expected, "a list has all of its owner, nothing of others, the newest first",
        expected=expected, got=got, exchanges=[whole],
    )  # fmt: skip
    _like_reads(trial, operation, whole, made)
    _paged(trial, operation, owner, expected)
    _filtered(trial, operation, owner, made)


def _apart(trial: Trial, operation: Operation) -> None:
    """Where nothing can be created for a list, it still has nothing that another one's has."""
    owner, other = trial.supply.user(), trial.supply.user()
    pages = [_ask(trial, operation, each) for each in (owner, other, owner)]
    shown = [_items(trial, operation, page) for page in pages]
    if not any(shown) or owner.user_id == other.user_id:
        trial.unreachable(f"nothing of {operation.name} can be created")
        return
    common = [item for each in (shown[0], shown[2]) for item in each if item in shown[1]]
    trial.check(not common, "a list has nothing that another owner's has", expected=[], got=common[:1], exchanges=pages)


def _ask(trial: Trial, operation: Operation, owner: Identity, **query: Any) -> Exchange:
    return trial.session.call(operation, [str(owner.user_id)], by=owner, query=query)


def _parameters(operation: Operation) -> Mapping[str, Parameter]:
    return {p.name: p for p in operation.parameters if p.place == "query"}


def _largest(operation: Operation) -> dict[str, Any]:
    """The largest page that the document allows."""
    limit = _parameters(operation).get("limit")
    most = limit.schema.keyword("maximum") if limit is not None else MISSING
    return {} if most is MISSING else {"limit": most}


def _items(trial: Trial, operation: Operation, exchange: Exchange) -> list[Any]:
    """The resources in an answer: its only list of objects."""
    value, schema = exchange.json, operation.success.schema
    names = [n for n, part in schema.properties.items() if part.items is not None] if schema is not None else []
    found = value if isinstance(value, list) else value.get(names[0]) if isinstance(value, dict) and names else None
    if not isinstance(found, list):
        trial.fails("a list has its items", expected="an array", got=exchange.answer()[:80], exchanges=[exchange])
        return []
    return found


def _keys(trial: Trial, operation: Operation, exchange: Exchange) -> list[str]:
    key = operation.resource.key if operation.resource is not None else ""
    return [str(item.get(key)) if isinstance(item, dict) else "?" for item in _items(trial, operation, exchange)]


def _like_reads(trial: Trial, operation: Operation, whole: Exchange, made: list[Live]) -> None:
    """An item of a list is what a read of it shows."""
    newest = trial.supply.read(made[-1])
    item = next(iter(_items(trial, operation, whole)), None)
    same = isinstance(item, dict) and isinstance(newest.json, dict)
    lifecycle = made[-1].resource.lifecycle
    moves_by_itself = lifecycle is not None and not reading.movers(trial.contract, made[-1].resource)
    if same and not moves_by_itself:
        trial.check(
            item == newest.json, "an item of a list is what a read of it shows",
            expected=newest.json, got=item, exchanges=[whole, newest],
        )  # fmt: skip


def _paged(trial: Trial, operation: Operation, owner: Identity, expected: list[str]) -> None:
    parameters = _parameters(operation)
    if not {"limit", "offset"} <= parameters.keys():
        return
    for limit, offset in _PAGES:
        page = _ask(trial, operation, owner, limit=limit, offset=offset)
        wanted = expected[offset : offset + limit]
        got = _keys(trial, operation, page)
        trial.check(
            got == wanted, "pages cut a list by limit and offset, without gaps and overlaps",
            expected=wanted, got=got, at=parameters["offset"].location, exchanges=[page],
        )  # fmt: skip
        value = page.json if isinstance(page.json, dict) else {}
        for name, said in (("total", len(expected)), ("limit", limit), ("offset", offset)):
            if operation.success.schema is not None and name in operation.success.schema.properties:
                trial.check(
                    value.get(name) == said, f"a page tells its {name}, whatever it shows",
                    expected=said, got=value.get(name), exchanges=[page],
                )  # fmt: skip
    default = parameters["limit"].schema.default
    plain = _ask(trial, operation, owner)
    if default is not MISSING and isinstance(plain.json, dict) and "limit" in plain.json:
        trial.check(
            plain.json["limit"] == default, "without a limit the default holds",
            expected=default, got=plain.json["limit"], at=parameters["limit"].location, exchanges=[plain],
        )  # fmt: skip


def _filtered(trial: Trial, operation: Operation, owner: Identity, made: list[Live]) -> None:
    """A query parameter that names the state keeps what is in that state, and all of it."""
    resource = made[0].resource
    parameter = _parameters(operation).get(resource.state or "")
    if parameter is None or resource.lifecycle is None:
        return
    first = str(made[0].state)
    moves = _moves(trial, made[0])
    if not moves:
        return
    there = [first] * len(made)
    for place, (target, mover) in enumerate(moves.items(), 1):  # one to each state, all others stay
        if not trial.supply.move(made[place], mover, target).ok:
            trial.unreachable(f"{mover.name} moves nothing to {target}, so that there is nothing to filter")
            return
        there[place] = target
    for state in (first, *moves):
        page = _ask(trial, operation, owner, **{parameter.name: state}, **_largest(operation))
        wanted = [live.key for live, now in reversed(list(zip(made, there, strict=True))) if now == state]
        got = _keys(trial, operation, page)
        if not trial.identities.any_user:  # what the user had before may move meanwhile
            got = [key for key in got if key in {live.key for live in made}]
        trial.check(
            got == wanted, f"filtered by {parameter.name}, a list has all that are so and no others",
            expected=wanted, got=got, at=parameter.location, exchanges=[page],
        )  # fmt: skip
        total = page.json.get("total", len(wanted)) if isinstance(page.json, dict) else None
        trial.check(
            total == len(wanted) or not trial.identities.any_user, "a filtered list's total counts what it filters",
            expected=len(wanted), got=total, at=parameter.location, exchanges=[page],
        )  # fmt: skip


def _moves(trial: Trial, live: Live) -> dict[str, Operation]:
    """The states to which a new resource can be moved at once, each by which operation."""
    lifecycle, movers = live.resource.lifecycle, reading.movers(trial.contract, live.resource)
    follows = lifecycle.transitions.get(str(live.state), ()) if lifecycle is not None else ()
    by = {target: next((m for m in movers if m.moves_to == target or m.moves_by), None) for target in follows}
    return {target: mover for target, mover in list(by.items())[: ITEMS - 1] if mover is not None}


LAW = Law(
    name="lists",
    sentence="An owner's list has all of theirs and nothing else, newest first, whole when its pages are put together.",
    derives="The list operation's path and query parameters (`limit`, `offset`, the lifecycle's field), its schema.",
    applies=_applies,
    check=_check,
)
