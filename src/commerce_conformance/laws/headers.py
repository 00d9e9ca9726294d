"""Headers of answers: those that the document declares, the request's own id, and CORS where it is served."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import reading
from commerce_conformance.declared import REQUEST_ID, Fault, header_faults
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_conformance.law import Law
from commerce_conformance.session import filled
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation

ORIGIN: Final = "https://shop.example"
_ALLOWED: Final = "access-control-allow-origin"


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    asked = [_ask(trial, operation, who) for who in (trial.somebody(), ANONYMOUS)]
    _cors(trial, operation, asked)
    told: set[tuple[str, str]] = set()
    numbers: dict[str, Exchange] = {}
    for exchange in trial.session.seen:
        if exchange.operation != operation:
            continue
        for because, expected, got in header_faults(operation, exchange):
            if (because, expected) not in told:
                told.add((because, expected))
                trial.fails(because, expected=expected, got=got, at=_where(operation, exchange), exchanges=[exchange])
        number = exchange.headers.get(REQUEST_ID)
        if number is None or REQUEST_ID in exchange.request_headers:
            continue
        if number in numbers and "number" not in {name for name, _ in told}:
            told.add(("number", ""))
            trial.fails(
                "a request id that the service makes is one request's", expected="another one", got=number,
                exchanges=[numbers[number], exchange],
            )  # fmt: skip
        numbers[number] = exchange


def _ask(trial: Trial, operation: Operation, who: Identity) -> Exchange:
    """A request with an id of its own from another origin; what it is about need not be there."""
    headers = {REQUEST_ID: f"{trial.supply.prefix}-{uuid4()}", "origin": ORIGIN}
    persons = operation.action is Action.LIST or operation.resource in (None, reading.person(trial.contract))
    key = str(who.user_id) if persons and who.user_id else str(uuid4())
    path = [key] * operation.path.count("{")
    if operation.body is None:
        return trial.session.call(operation, path, by=who, headers=headers)
    return trial.session.call(operation, path, {}, by=who, headers=headers)


def _where(operation: Operation, exchange: Exchange) -> Any:
    declared = operation.responses.get(exchange.status)
    return declared.location if declared is not None else operation.location


def _cors(trial: Trial, operation: Operation, asked: list[Exchange]) -> None:
    """Where a service lets pages of other origins read its answers, it does so for all of them, and says how to ask."""
    served = [exchange for exchange in asked if _ALLOWED in exchange.headers]
    if not served:
        return
    silent = [exchange for exchange in asked if exchange not in served]
    trial.check(
        not silent, "a page of another origin can read either all answers of an operation or none",
        expected=_ALLOWED, got="no such header", exchanges=[*served[:1], *silent],
    )  # fmt: skip
    for because, expected, got in _unsafe(served[0]):
        trial.fails(because, expected=expected, got=got, exchanges=served[:1])
    headers = {"origin": ORIGIN, "access-control-request-method": operation.method}
    headers["access-control-request-headers"] = "authorization, content-type"
    target = filled(operation.path, [str(uuid4())] * operation.path.count("{"))
    preflight = trial.session.raw(operation.service, "OPTIONS", target, headers)
    methods = {word.strip().upper() for word in preflight.headers.get("access-control-allow-methods", "").split(",")}
    trial.check(
        preflight.ok and _ALLOWED in preflight.headers and not methods.isdisjoint({"*", operation.method}),
        "a page that may read an operation's answers may also ask for it", expected=operation.method,
        got=f"{preflight.status} {', '.join(sorted(methods))}".strip(), exchanges=[preflight],
    )  # fmt: skip


def _unsafe(exchange: Exchange) -> Iterator[Fault]:
    allowed = exchange.headers[_ALLOWED]
    if allowed not in {"*", ORIGIN}:
        yield "the origin that is let in is the one that asks", f"* or {ORIGIN}", allowed
    if allowed == "*" and exchange.headers.get("access-control-allow-credentials") == "true":
        yield "not every origin may use the credentials of a browser", "no credentials for *", "true"
    if allowed == ORIGIN and "origin" not in exchange.headers.get("vary", "").lower():
        yield "an answer that depends on the origin says so", "Vary: Origin", exchange.headers.get("vary", "no Vary")


LAW = Law(
    name="headers",
    sentence="Answers have the headers that are declared, in their form; a request's id comes back; CORS is whole.",
    derives="`headers` of each response: `required` and schema; the names of `X-Request-Id` and `WWW-Authenticate`.",
    applies=_applies,
    check=_check,
    closing=True,
)
