"""Whether the requests came that a test expects; a failure tells what came instead."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from commerce_mock.nearest import nearest
from commerce_mock.world import World
from commerce_testing import records

Control = Callable[..., Any]  # asks one of the mock's own controls


class Journal:
    """The journal of one world, as tests ask it; lives as long as the test.

    What to look for is said in the words of the control document: `operation`, `service`, `method`, `path`, `status`,
    `code`, `user`, `unmatched`, `since` and `body`, of which the request's has all that is said.
    """

    def __init__(self, world: World, control: Control) -> None:
        self._world = world
        self._control = control

    def count(self, operation: str | None = None, **said: Any) -> int:
        """How many requests there were. Raises `ValueError` where that cannot be told."""
        told: int = self._control("admin.count_requests", _pattern(operation, said))["count"]
        return told

    def verify(
        self,
        operation: str | None = None,
        *,
        times: int | Mapping[str, int] | None = None,
        order: list[str | dict[str, Any]] | None = None,
        **said: Any,
    ) -> None:
        """Fail the test unless the requests came.

        Args:
            operation: its name, such as `orders.create`; `orders.*` stands for several.
            times: exactly how often, or bounds: `{"at_least": 1, "at_most": 2}`. At least once where nothing is said.
            order: operations, or more about each, that came one after the other.
            said: what else is to be so.

        Raises `AssertionError` with the nearest requests, `ValueError` where it cannot be told.
        """
        __tracebackhide__ = True
        body = _pattern(operation, said)
        if times is not None:
            body["times"] = times if isinstance(times, int) else dict(times)
        if order is not None:
            body["order"] = [{"operation": step} if isinstance(step, str) else step for step in order]
        told = self._control("admin.verify_requests", body)
        if not told["verified"]:
            raise AssertionError("\n".join(_failure(told, body)))

    def explain(self, request: str) -> dict[str, Any]:
        """Why a request was answered as it was; `request` is its `X-Mock-Request-Id` or `X-Request-Id`.

        Raises `ValueError` where there is none.
        """
        told: dict[str, Any] = self._control("admin.explain_request", None, request=quote(request, safe=""))
        return told

    @property
    def unmatched(self) -> list[str]:
        """The requests that no operation has, oldest first, each as a sentence with the operation that it meant."""
        contract = self._world.behaviour.contract
        lost = [entry for entry in records.asked(self._world) if entry.operation is None]
        meant = [(entry, nearest(contract, entry.service, entry.method, entry.path)) for entry in lost]
        return [
            f"{entry.method} {entry.path}" + (f": {near.operation.name}? {near.reason}" if near is not None else "")
            for entry, near in meant
        ]


def _pattern(operation: str | None, said: Mapping[str, Any]) -> dict[str, Any]:
    return dict(said) if operation is None else {"operation": operation, **said}


def _failure(told: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    what = ", ".join(f"{name} {value!r}" for name, value in asked.items() if name not in {"times", "order"})
    lines = [f"expected {told['expected']} of {what or 'any request'}, found {told['found']}"]
    order = told.get("order")
    if order is not None and order["missing"] is not None:
        came = f" after {order['found'][-1]}" if order["found"] else ""
        lines.append(f"in order, this did not come{came}: {asked['order'][order['missing']]}")
    for near in told["nearest"]:
        lines.append(f"  near: {near['request']} {near['operation'] or near['path']}")
        lines += [
            f"    {each['pointer']}: {each['expected']!r}, not {each['actual']!r}" for each in near["differences"]
        ]
    return lines
