"""Checks of ours beside those of Schemathesis: what the contract says by its problem codes and its own keys."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from schemathesis import Case, CheckContext, Response
from schemathesis.checks import CHECKS
from schemathesis.core.failures import Failure

from commerce_conformance import reading
from commerce_conformance.canaries import Canary
from commerce_conformance.exchange import Exchange
from commerce_conformance.generated.living import Living
from commerce_conformance.generated.requested import exchange
from commerce_conformance.laws.problems import faults
from commerce_contract import Operation

Check = Callable[[CheckContext, Response, Case[Any]], bool | None]
Fault = tuple[str, str, str]
_ERROR: Final = 400


class BrokenRule(Failure):
    """An answer that breaks a rule of the contract; lives as long as the run of its service."""

    __slots__ = ("expected", "got")

    def __init__(self, operation: str, rule: str, expected: str, got: str) -> None:
        super().__init__(operation=operation, title=rule, message=f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got

    @property
    def _unique_key(self) -> str:
        return self.title


@contextmanager
def registered(operations: Mapping[str, Operation], living: Living) -> Iterator[None]:
    """While it lasts, Schemathesis makes our checks on these operations, which are named by method and path."""

    def judged(judge: Callable[[Operation, Exchange, Any], Iterator[Fault]]) -> Check:
        def check(_context: CheckContext, response: Response, case: Case[Any]) -> None:
            operation = operations.get(case.operation.label)
            answered = exchange(case, response, operation, living)
            if operation is None or answered.operation is None:
                return
            for rule, expected, got in judge(operation, answered, case.body):
                raise BrokenRule(case.operation.label, rule, expected, got)

        check.__name__ = judge.__name__.lstrip("_")
        return check

    checks = [judged(judge) for judge in (problem_document, secret_shown, declared_state)]
    for check in checks:
        CHECKS.register(check)
    try:
        yield
    finally:
        for check in checks:
            CHECKS.unregister(check.__name__)


def problem_document(operation: Operation, answered: Exchange, _body: Any) -> Iterator[Fault]:
    """A refusal is a problem document with a code that the operation declares for its status."""
    if answered.status >= _ERROR and operation.problems:
        yield from faults(operation, answered)


def secret_shown(operation: Operation, answered: Exchange, body: Any) -> Iterator[Fault]:
    """What is `writeOnly` in the request is nowhere in its answer, not in a refusal either."""
    if operation.body is None or not isinstance(body, dict):
        return
    text = answered.answer() + json.dumps(dict(answered.headers))
    hidden = [(holder, name) for holder, name, _ in reading.hidden(operation.body.schema, body)]
    for holder, name in hidden:
        canary = Canary(name, holder[name]) if isinstance(holder[name], str) else None
        if canary is None or not canary.known or _said_elsewhere(canary.value, body, hidden, answered.url):
            continue
        form = canary.shown(text)
        if form is not None:
            yield f"`{name}` of a request is never answered", "nothing of it", f"it was shown {form}"


def _said_elsewhere(value: str, body: Any, hidden: list[tuple[dict[str, Any], str]], url: str) -> bool:
    """Whether a request also has the text where it is no secret: generated texts are often the same."""
    secret = {(id(holder), name) for holder, name in hidden}

    def texts(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for name, part in node.items():
                yield str(name)
                if (id(node), name) not in secret:
                    yield from texts(part)
        elif isinstance(node, list):
            for part in node:
                yield from texts(part)
        else:
            yield str(node)

    return value in url or any(value in text for text in texts(body))


def declared_state(operation: Operation, answered: Exchange, _body: Any) -> Iterator[Fault]:
    """A resource is in a state of its lifecycle, and in the one that the operation moves it to."""
    resource, value = operation.resource, answered.json
    if resource is None or resource.lifecycle is None or not answered.ok or not isinstance(value, dict):
        return
    state = value.get(resource.state) if resource.state is not None else None
    if state is None:
        return
    states = resource.lifecycle.transitions
    if state not in states:
        yield f"{reading.one(resource)} is in a state of its lifecycle", ", ".join(states), repr(state)
    elif operation.moves_to is not None and state != operation.moves_to:
        yield f"{operation.name} moves {reading.one(resource)}", operation.moves_to, str(state)
