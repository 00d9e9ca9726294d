"""Every refusal of the whole run, as RFC 9457 and the document of its operation have it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Operation

PROBLEM: Final = "application/problem+json"
_ALWAYS: Final = ("type", "title", "status", "detail", "instance", "code")
_ERROR: Final = 400
_VALIDATION: Final = 422
_INTERNAL: Final = 500


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if o.problems)


def _check(trial: Trial, operation: Operation) -> None:
    told: set[str] = set()
    for exchange in trial.session.seen:
        if exchange.operation != operation or exchange.status < _ERROR:
            continue
        for because, expected, got in faults(operation, exchange):
            if because not in told:
                told.add(because)
                trial.fails(because, expected=expected, got=got, exchanges=[exchange])


def faults(operation: Operation, exchange: Exchange) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one refusal: what the contract wants, and what came."""
    status = exchange.status
    if exchange.media_type != PROBLEM:
        yield f"a {status} is a problem document", PROBLEM, exchange.media_type or "no content type"
    problem = exchange.json
    if not isinstance(problem, dict):
        yield f"a {status} is a JSON object", "an object", exchange.answer()[:80]
        return
    missing = [name for name in _ALWAYS if name not in problem]
    if missing:
        yield f"a {status} says what a problem says", ", ".join(_ALWAYS), f"nothing of {', '.join(missing)}"
    if "status" in problem and problem["status"] != status:
        yield "a problem's `status` is the answer's", str(status), repr(problem["status"])
    path = urlsplit(exchange.url).path
    if "instance" in problem and problem["instance"] != path:
        yield "a problem's `instance` is the path that was asked for", path, repr(problem["instance"])
    yield from _of_code(operation, status, problem)


def _of_code(operation: Operation, status: int, problem: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    code = problem.get("code")
    declared = {name for name, kind in operation.problems.items() if kind.status == status}
    shown = ", ".join(sorted(declared)) or "none"
    if "code" in problem and code not in declared and status in operation.responses:
        yield f"a {status} has a code that the operation declares for it", shown, repr(code)
    kind = operation.problems.get(code) if isinstance(code, str) else None
    if kind is not None and "type" in problem and problem["type"] != kind.type:
        yield f"a problem {code} has its type", kind.type, repr(problem["type"])
    if status == _VALIDATION:
        errors = problem.get("errors")
        whole = isinstance(errors, list) and all(
            isinstance(e, dict) and {"pointer", "message"} <= e.keys() for e in errors
        )
        if code == "VALIDATION_ERROR" and not (whole and errors):
            yield "a validation error says where", "errors[] of pointer and message", repr(errors)[:80]
    if status >= _INTERNAL and status not in operation.responses:
        yield "no request makes the service fail", "a declared answer", str(status)


LAW = Law(
    name="problems",
    sentence="What fails is told as a problem document with a code that the operation declares for its status.",
    derives="The `application/problem+json` responses of the operation, the `enum` of their `code`, their examples.",
    applies=_applies,
    check=_check,
    closing=True,
)
