"""Operations: which there are, where they are, who may call them and what they do besides answering."""

import re
from collections.abc import Iterator, Mapping

from commerce_contract.changes.bodies import compare_bodies
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.parameters import compare_parameters
from commerce_contract.changes.problems import compare_problems
from commerce_contract.changes.responses import compare_responses
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.security import compare_security
from commerce_contract.model import Operation


def compare_operations(scope: Scope) -> Iterator[Finding]:
    """What changed about the operations of all services. The same method and path is the same operation."""
    old, new = scope.old.contract.operations, scope.new.contract.operations
    paired = dict(_paired(scope, old, new))
    for name, operation in old.items():
        concern = scope.concern(paired.get(name, name), operation.service)
        if name in paired:
            yield from _operation(scope, concern, operation, new[paired[name]])
        elif scope.renamed.get(operation.service, operation.service) in scope.new.contract.services:
            what = f"`{name}` (`{_route(operation)}`) is gone"
            yield Finding("operation-removed", what, concern, old=operation.location)
    for name in new.keys() - paired.values():
        operation = new[name]
        if scope.old_name(operation.service) in scope.old.contract.services:
            concern = scope.concern(name, operation.service)
            what = f"`{name}` (`{_route(operation)}`) is new"
            yield Finding("operation-added", what, concern, new=operation.location)


def _paired(scope: Scope, old: Mapping[str, Operation], new: Mapping[str, Operation]) -> Iterator[tuple[str, str]]:
    """Old name to new name, of operations that kept their name or, if they did not, their method and path."""
    names = {_name(operation, scope.old_name(operation.service)): name for name, operation in new.items()}
    kept = {name: names[name] for name in old if name in names}
    yield from kept.items()
    routes = {
        (scope.old_name(operation.service), *_wire(operation)): name
        for name, operation in new.items()
        if name not in kept.values()
    }
    for name, operation in old.items():
        if name not in kept and (found := routes.get((operation.service, *_wire(operation)))) is not None:
            yield name, found


def _name(operation: Operation, service: str) -> str:
    """The name of an operation below another name of its service."""
    return f"{service}.{operation.name.removeprefix(operation.service + '.')}"


def _wire(operation: Operation) -> tuple[str, str]:
    """What callers see of a route: not how its parameters are called."""
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)


def _route(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _operation(scope: Scope, concern: Concern, old: Operation, new: Operation) -> Iterator[Finding]:
    places = old.location, new.location
    if old.name != _name(new, old.service):
        yield Finding("operation-renamed", f"`{old.name}` is called `{new.name}`", concern, *places)
    if _wire(old) != _wire(new):
        what = f"`{new.name}` is `{_route(new)}`, and was `{_route(old)}`"
        yield Finding("operation-moved", what, concern, *places)
    if old.moves_to != new.moves_to:
        what = f"`{new.name}` leads to {_state(new.moves_to)}, and led to {_state(old.moves_to)}"
        yield Finding("moves-to-changed", what, concern, *places)
    for event in old.emits:
        if event not in new.emits:
            yield Finding("emits-removed", f"`{new.name}` emits `{event}` no more", concern, *places, event)
    for event in new.emits:
        if event not in old.emits:
            yield Finding("emits-added", f"`{new.name}` emits `{event}`", concern, *places, event)
    yield from compare_security(scope, concern, old, new)
    yield from compare_parameters(scope, concern, old, new)
    yield from compare_bodies(scope, concern, old, new)
    problems = list(compare_problems(concern, old.problems, new.problems))
    yield from problems
    yield from compare_responses(scope, concern, old, new, told={finding.detail for finding in problems})


def _state(state: str | None) -> str:
    return f"`{state}`" if state else "no state"
