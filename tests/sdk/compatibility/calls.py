"""A call of every operation, with the arguments that the documents show: whatever is added to them is called too."""

import inspect
from collections.abc import Callable
from typing import Any, Final

from commerce_contract import Operation
from commerce_mock.naming import snake
from commerce_sdk import AsyncCommerce, Commerce
from harness.platform import contract
from sdk.compatibility.documents import Documents

OPERATIONS: Final = tuple(name for name in contract().operations if not name.startswith("admin."))


def method(client: Commerce | AsyncCommerce, name: str) -> Callable[..., Any]:
    """The client's method for an operation."""
    service, _, verb = name.partition(".")
    found: Callable[..., Any] = getattr(getattr(client, service), verb)
    return found


def arguments(name: str) -> dict[str, Any]:
    """Valid arguments of an operation, in Python's names."""
    operation = contract().operations[name]
    given = {parameter.name: "x-1" for parameter in operation.parameters if parameter.place == "path"}
    return {**given, **_body(operation)}


def _body(operation: Operation) -> dict[str, Any]:
    taken = inspect.signature(method(Commerce(), operation.name)).parameters
    shown = _SHOWN.get(operation.name, {})
    return {snake(name): value for name, value in shown.items() if snake(name) in taken}


def _examples() -> dict[str, dict[str, Any]]:
    """The first example of each operation's body."""
    found = {}
    for _, operation in Documents().operations():
        if "requestBody" in operation:
            media = operation["requestBody"]["content"]["application/json"]
            found[operation["operationId"]] = _exact(next(iter(media["examples"].values()))["value"])
    return found


def _exact(value: Any) -> Any:
    """The same with decimals where the documents have fractions."""
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_exact(element) for element in value]
    return str(value) if isinstance(value, float) else value


_SHOWN: Final = _examples()
