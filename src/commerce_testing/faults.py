"""Faults that a test orders: what goes wrong between a client and the service, before or after its effect."""

import copy
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from threading import Lock
from typing import Final, Literal, TypeAlias, get_args

import orjson

from commerce_contract import Operation
from commerce_contract.responses import FIRST_ERROR
from commerce_sdk._errors import ConnectionFailedError, RequestTimeoutError, TransportError
from commerce_sdk._message import Request, Response

Kind: TypeAlias = Literal["connection", "cut", "timeout"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
_LAST_ERROR: Final = 599
Respond: TypeAlias = Callable[[Request], Response]


@dataclass(eq=False, slots=True)
class Fault:
    """One fault of one or more operations; lives until it has struck `left` times (None: as long as its world).

    `what` is a kind of broken exchange, a whole answer, or an error to raise. With `after_commit` the service does
    what it was asked first, and only the answer is lost. `struck` counts how often it happened.
    """

    what: Kind | Response | TransportError
    after_commit: bool
    left: int | None
    struck: int = field(default=0, init=False)

    def strike(self, request: Request, respond: Respond, pass_time: Callable[[float], None]) -> Response:
        """Let it happen to a request: gives an answer of its own, or raises a `TransportError`."""
        sent = self.after_commit or self.what == "cut"
        if sent:
            respond(request)
        name = request.operation.name
        match self.what:
            case Response():
                return self.what
            case "connection" if sent:
                raise ConnectionFailedError("the connection broke before the answer", operation=name, sent=True)
            case "connection":
                raise ConnectionFailedError("the connection was refused", operation=name, sent=False)
            case "cut":
                raise ConnectionFailedError("the connection broke in the answer's body", operation=name, sent=True)
            case "timeout":
                pass_time(request.timeout or 0.0)
                raise RequestTimeoutError("no answer came in time", operation=name, sent=sent)
            case error:
                raise copy.copy(error)  # each time a new one, with a traceback of its own


class Faults:
    """The faults that are still to come, by operation, in the order in which they were asked for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues: dict[str, deque[Fault]] = {}

    def __bool__(self) -> bool:
        return bool(self._queues)

    def add(self, operations: list[str], fault: Fault) -> Fault:
        """Let a fault be the last in the row of each of these operations."""
        with self._lock:
            for name in operations:
                self._queues.setdefault(name, deque()).append(fault)
        return fault

    def take(self, operation: str) -> Fault | None:
        """The fault that strikes this request, if one does."""
        with self._lock:
            queue = self._queues.get(operation)
            while queue:
                fault = queue[0]
                if fault.left == 0:  # it struck another operation
                    queue.popleft()
                    continue
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                return fault
            if queue is not None:
                del self._queues[operation]
            return None

    def clear(self) -> None:
        """Forget all that are still to come."""
        with self._lock:
            self._queues.clear()


def failure(operations: Iterable[Operation], status: int, headers: Mapping[str, str]) -> Response:
    """An answer of failure: as the documents of one of the operations show it, else in the words of HTTP.

    Raises `ValueError` for a status that is none of failure.
    """
    if not FIRST_ERROR <= status <= _LAST_ERROR:
        raise ValueError(f"{status} is no status of failure: give one from {FIRST_ERROR} to {_LAST_ERROR}")
    declared = (operation.responses.get(status) for operation in operations)
    examples = (example for response in declared if response for example in response.examples.values())
    shown = next(examples, {"type": "about:blank", "title": responses.get(status, "Failure"), "status": status})
    body = orjson.dumps(shown)
    told = {"content-type": "application/problem+json", "content-length": str(len(body))}
    return Response(status, told | {name.lower(): value for name, value in headers.items()}, body)
