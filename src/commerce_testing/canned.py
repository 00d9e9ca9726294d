"""A respx router that answers each operation with its documented example: canned answers for whoever uses httpx."""

import re
from typing import Any, Final

import httpx
import orjson
import respx

from commerce_contract import Contract, Operation

_HOSTS: Final = ("localhost", "127.0.0.1")
_PARAMETER: Final = re.compile(r"\\\{[^{}]*\\\}")


def examples(contract: Contract) -> respx.MockRouter:
    """A router with a route for each operation, named like it; not started yet.

    A service is at the port that the contract names, on this machine; one without a port is at any address.
    """
    router = respx.MockRouter(assert_all_called=False)
    # A fixed path is asked before one with parameters, as in a service.
    for operation in sorted(contract.operations.values(), key=lambda operation: operation.path.count("{")):
        port = contract.services[operation.service].port
        place: dict[str, Any] = {"port": port, "host__in": _HOSTS} if port else {}
        route = router.route(method=operation.method, path__regex=_pattern(operation), name=operation.name, **place)
        route.return_value = _example(operation)
    return router


def _pattern(operation: Operation) -> str:
    """The paths of an operation: a parameter is one segment."""
    return f"^{_PARAMETER.sub('[^/]+', re.escape(operation.path))}$"


def _example(operation: Operation) -> httpx.Response:
    """The first example of success; nothing where none is shown, which is so only for what is not JSON."""
    success = operation.success
    if not success.examples:
        return httpx.Response(success.status)
    shown = next(iter(success.examples.values()))
    as_text = isinstance(shown, str) and success.schema is None
    content = shown.encode() if as_text else orjson.dumps(shown)
    media = {"Content-Type": success.media_type} if success.media_type else {}
    return httpx.Response(success.status, headers=media, content=content)
