"""What a rule is given and what it may answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commerce_contract import Operation, Resource
from commerce_mock.auth import Caller
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request


@dataclass(slots=True)
class Call:
    """One valid, authenticated request of one operation; lives until it is answered.

    `path` and `query` are converted to the types of their schemas, defaults filled in; `body` holds only what
    the contract knows. `warnings` are pointers of request properties that it does not know.
    """

    operation: Operation
    path: dict[str, Any]
    query: Mapping[str, Any]
    body: Any = field(repr=False)  # may hold a password or a card
    caller: Caller
    request: Request
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not simply a resource: `content` is JSON, or bytes in the given media type."""

    content: Any
    status: int | None = None
    media_type: str | None = None
    headers: Mapping[bytes, bytes] = field(default_factory=dict)


Result = Stored | Answer
Rule = Callable[[Transaction, Call], Result]


def refusal(operation: Operation, status: int) -> str:
    """The code that an operation declares first for a status: what its contract says for not found or not allowed."""
    for code, kind in operation.problems.items():
        if kind.status == status:
            return code
    return {403: "FORBIDDEN", 404: "NOT_FOUND", 409: "CONFLICT"}[status]


def resource_of(operation: Operation) -> Resource:
    """What an operation is about. Raises TypeError where a rule asks that of one that is about nothing stored."""
    resource = operation.resource
    if resource is None:
        message = f"{operation.name} is about no resource"
        raise TypeError(message)
    return resource


def shown_of(operation: Operation, names: frozenset[str]) -> dict[str, Any]:
    """The properties of the operation's example among `names`."""
    shown = next(iter(operation.success.examples.values()), None)
    return {name: shown[name] for name in names if name in shown} if isinstance(shown, dict) else {}
