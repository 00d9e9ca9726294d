"""What no document says: properties in answers, methods of a known path, paths that nobody has."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.law import Law
from commerce_conformance.laws.problems import PROBLEM
from commerce_conformance.session import filled
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Contract, Operation, Schema

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOT_FOUND: Final = 404
_FREE: Final = ("patternProperties", "unevaluatedProperties")
_DEEPEST: Final = 30


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    of_service = [o for o in trial.contract.operations.values() if o.service == operation.service]
    if operation == of_service[0]:
        _unknown_path(trial, operation)
    if operation == next(o for o in of_service if o.path == operation.path):
        declared = {o.method for o in of_service if o.path == operation.path}
        somebody = trial.somebody()
        for method in METHODS:
            if method not in declared:
                _wrong_method(trial, method, declared, somebody)
    _properties(trial, operation)


def _unknown_path(trial: Trial, operation: Operation) -> None:
    """Neither a path of its own nor one below a known one."""
    for target in (f"/no-such-path-{trial.supply.prefix}", f"{_somewhere(operation)}/{trial.supply.prefix}/nothing"):
        asked = trial.session.raw(operation.service, "GET", target)
        if trial.expect(asked, _NOT_FOUND, because="a path that no document has is not found"):
            _told(trial, asked, _NOT_FOUND)


def _wrong_method(trial: Trial, method: str, declared: set[str], by: Identity) -> None:
    """The method is refused, and says which ones there are."""
    operation, profile = trial.operation, trial.settings.profile
    content = b"{}" if method in {"POST", "PUT", "PATCH"} else None
    headers = {"content-type": "application/json"} if content else {}
    asked = trial.session.raw(operation.service, method, _somewhere(operation), headers, content, by=by)
    shown = f"{operation.path} has no {method}"
    if not trial.expect(asked, profile.wrong_method, because=shown):
        return
    if profile.allow:
        allowed = {word.strip().upper() for word in asked.headers.get("allow", "").split(",")}
        trial.check(
            declared <= allowed and method not in allowed, "a refused method says in `Allow` which ones there are",
            expected=", ".join(sorted(declared)), got=asked.headers.get("allow", "no Allow"), exchanges=[asked],
        )  # fmt: skip
    _told(trial, asked, asked.status)


def _told(trial: Trial, asked: Exchange, status: int) -> None:
    """What a router refuses is a problem document like every other refusal, with the code that all share."""
    if trial.settings.profile.own_refusals:
        return
    codes = {code for code, kind in trial.contract.problems.items() if kind.status == status}
    trial.check(
        asked.media_type == PROBLEM and (asked.code in codes or not codes),
        f"what no operation answers is told as a problem too ({status})",
        expected=f"{PROBLEM} {' or '.join(sorted(codes))}".strip(),
        got=f"{asked.media_type or 'no content type'} {asked.code or ''}".strip(), exchanges=[asked],
    )  # fmt: skip


def _somewhere(operation: Operation) -> str:
    """The operation's path, about something that is not there."""
    return filled(operation.path, [str(uuid4())] * operation.path.count("{"))


def _properties(trial: Trial, operation: Operation) -> None:
    """Every answer of the run, for what its schema does not name."""
    told: set[tuple[int, str]] = set()
    for exchange in trial.session.seen:
        declared = operation.responses.get(exchange.status) if exchange.operation == operation else None
        if declared is None or declared.schema is None:
            continue
        for pointer in _unnamed(declared.schema, exchange.json):
            place = reading.generic(pointer)
            if (exchange.status, place) not in told:
                told.add((exchange.status, place))
                trial.fails(
                    "an answer has no property that the document does not name", expected=f"no {place}",
                    got=pointer, at=declared.schema.location, exchanges=[exchange],
                )  # fmt: skip


def _unnamed(schema: Schema, value: Any, pointer: str = "", depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list) and schema.items is not None:
        for index, each in enumerate(value):
            yield from _unnamed(schema.items, each, f"{pointer}/{index}", depth + 1)
    elif isinstance(value, dict) and schema.properties and not _is_free(schema):
        for name, each in value.items():
            part = schema.properties.get(name)
            if part is None:
                yield f"{pointer}/{name}"
            else:
                yield from _unnamed(part, each, f"{pointer}/{name}", depth + 1)


def _is_free(schema: Schema) -> bool:
    """Whether the document lets names of one's own stand there."""
    additional = schema.keyword("additionalProperties")
    own = additional is True or isinstance(additional, dict)
    return own or any(schema.keyword(keyword) is not MISSING for keyword in _FREE)


LAW = Law(
    name="undocumented",
    sentence="Nothing is there that no document has: no property of an answer, no method of a path, no path.",
    derives="The response schemas at any depth, the methods that a path declares, the general problems of 404 and 405.",
    applies=_applies,
    check=_check,
    closing=True,
)
