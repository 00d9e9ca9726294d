"""Which operation a request probably meant that matched none, and why it did not match."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from commerce_contract import Contract, Operation
from commerce_mock.controls import PREFIX

_METHOD = 0.1  # what the right method counts beside a path that is right in all segments, which counts 1


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An operation that a request did not match, and the reason in words."""

    operation: Operation
    reason: str


def nearest(contract: Contract, service: str | None, method: str, path: str) -> NearMiss | None:
    """The operation whose path and method are most like the request's; None in a contract without operations."""
    control = path.startswith(PREFIX)
    candidates = [each for each in contract.operations.values() if each.path.startswith(PREFIX) is control]
    if not candidates:
        return None
    best = max(candidates, key=lambda each: _likeness(each, service, method, path))
    return NearMiss(best, _reason(best, candidates, service, method, path))


def _likeness(operation: Operation, service: str | None, method: str, path: str) -> tuple[float, bool]:
    pairs = list(zip(_segments(operation.path), _segments(path), strict=False))
    longest = max(len(_segments(operation.path)), len(_segments(path)), 1)
    alike = sum(_alike(wanted, given) for wanted, given in pairs) / longest
    return round(alike + (_METHOD if operation.method == method else 0), 3), operation.service == service


def _alike(wanted: str, given: str) -> float:
    """1 where they are equal; a parameter takes anything, but a literal that is equal says more."""
    if wanted.startswith("{"):
        return 0.9 if given else 0.0
    return SequenceMatcher(None, wanted, given[:200]).ratio()


def _reason(best: Operation, candidates: Iterable[Operation], service: str | None, method: str, path: str) -> str:
    wanted, given = _segments(best.path), _segments(path)
    for number, (left, right) in enumerate(zip(wanted, given, strict=False), 1):
        if not left.startswith("{") and left != right:
            return f"segment {number} of the path is {right[:100]!r}, not {left!r}"
    if len(wanted) != len(given):
        return f"the path has {len(given)} segments, not {len(wanted)} as {best.path}"
    if service is not None and service != best.service and not best.path.startswith(PREFIX):
        return f"the path is one of the service {best.service}, and the request came to {service}"
    methods = sorted({each.method for each in candidates if _segments(each.path) == wanted})
    return f"the path has {', '.join(methods)}, not {method}"


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
