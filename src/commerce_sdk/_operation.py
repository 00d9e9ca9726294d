"""What the client knows of an operation of the contract: constants, written by the generator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_IDEMPOTENT: Final = _SAFE | {"PUT", "DELETE"}


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation's answers are pages of a list.

    `items` is the attribute of the result that holds a page's entries, `key` the attribute that identifies an entry.
    `limit`, `offset` and `total` are attributes of the result too; `limit` and `offset` are also query parameters.
    """

    items: str
    key: str
    limit: str = "limit"
    offset: str = "offset"
    total: str = "total"


@dataclass(frozen=True, slots=True)
class Move:
    """To which state an operation moves its resource, and how to look whether it did (`x-moves-to`, `x-transitions`).

    `read` is the path of the operation that reads the resource, `state` the property of its answer that tells the
    state. The state moved to is `target`, or what the body's property `given` says.
    """

    read: str
    state: str
    target: str | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service; `name` is its operationId. Lives as long as the process.

    `body` and `result` are `module:Name` below the generated package's models, `result` may also be `text` or `bytes`.
    `idempotency_key` names the header that carries the key, where there is one. `codes` are the problem codes that the
    contract declares for it.
    """

    name: str
    service: str
    method: str
    path: str
    body: str | None = None
    result: str | None = None
    secured: bool = False
    idempotency_key: str | None = None
    codes: tuple[str, ...] = ()
    move: Move | None = None
    page: Paging | None = None
    media_type: str = "application/json"

    @property
    def repeatable(self) -> bool:
        """Whether sending it again has no second effect: by its method, an idempotency key, or the move it makes.

        A move is made once, since the state moved to does not allow it again.
        """
        return self.method in _IDEMPOTENT or self.idempotency_key is not None or self.move is not None


def performs(operation: Operation) -> Callable[[F], F]:
    """Mark a method of a resource with the operation that it performs; its type stays as it is."""

    def marked(method: F) -> F:
        method.__dict__["operation"] = operation
        return method

    return marked


def operation_of(method: Callable[..., Any]) -> Operation:
    """What a method of a client performs: `operation_of(commerce.orders.cancel).codes` are the codes that it raises.

    Raises `TypeError` for anything else.
    """
    operation = getattr(method, "operation", None)
    if not isinstance(operation, Operation):
        raise TypeError(f"{method!r} is no method of a client's resource, such as commerce.orders.get")
    return operation
