"""Method and path to operation: the contract's paths are the only routing table."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from commerce_contract import Operation
from commerce_mock.problems import Problem

Found = tuple[Operation, dict[str, str]]

_PARAMETER = re.compile(r"\{([^}]+)\}")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Routes:
    """Finds the operation of a request among those of some services; lives as long as the contract."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[str, dict[str, Operation]] = {}
        self._by_prefix: dict[str, dict[str, Operation]] = {}
        self._last: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Operation]]] = []
        patterns: dict[str, tuple[re.Pattern[str], dict[str, Operation]]] = {}
        for operation in operations:
            path = operation.path
            names = _PARAMETER.findall(path)
            prefix, _, last = path.rpartition("/")
            if not names:
                self._exact.setdefault(path, {})[operation.method] = operation
            elif len(names) == 1 and last == f"{{{names[0]}}}":
                self._by_prefix.setdefault(prefix, {})[operation.method] = operation
                self._last[operation.name] = names[0]
            else:
                shape = _PARAMETER.sub("{}", path)
                pattern = re.compile(_PARAMETER.sub("([^/]+)", re.sub(r"[.^$*+?|()\[\]\\]", r"\\\g<0>", path)))
                patterns.setdefault(shape, (pattern, {}))[1][operation.method] = operation
        # Literal segments win over parameters: /a/user/{id} before /a/{id}/cancel.
        self._patterns = [patterns[shape] for shape in sorted(patterns, key=lambda shape: shape.count("{}"))]

    def match(self, method: str, path: str) -> Found:
        """The operation and its decoded path parameters.

        Raises Problem NOT_FOUND, METHOD_NOT_ALLOWED (with `Allow`) and, for a path that is no valid URL, BAD_REQUEST.
        """
        methods = self._exact.get(path)
        if methods is not None:
            return methods.get(method) or self._choose(methods, method), {}
        prefix, _, last = path.rpartition("/")
        methods = self._by_prefix.get(prefix)
        if methods is not None and last:
            operation = methods.get(method) or self._choose(methods, method)
            return operation, {self._last[operation.name]: decode(last) if "%" in last else last}
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(path)
            if found is not None:
                operation = self._choose(methods, method)
                names = _PARAMETER.findall(operation.path)
                return operation, {name: decode(text) for name, text in zip(names, found.groups(), strict=True)}
        decode(path)
        raise Problem("NOT_FOUND", f"No operation of the contract has the path {path[:200]}.")

    def methods(self, path: str) -> list[str]:
        """The methods of a path; empty where no operation has it."""
        try:
            self.match("", path)
        except Problem as problem:
            allow = problem.headers.get(b"allow")
            if allow is not None:
                return allow.decode().split(", ")
        return []

    @staticmethod
    def _choose(methods: dict[str, Operation], method: str) -> Operation:
        operation = methods.get(method)
        if operation is None:
            readable = methods.get("GET")
            if readable is not None and method == "HEAD":  # what GET answers; the transport leaves the body out
                return readable
            allow = ", ".join(sorted([*methods, "HEAD"] if readable is not None else methods))
            raise Problem("METHOD_NOT_ALLOWED", f"This path answers {allow}.", headers={b"allow": allow.encode()})
        return operation


def decode(text: str) -> str:
    """Undo percent-encoding. Raises Problem BAD_REQUEST where the escapes are broken, no UTF-8, or hide a NUL."""
    if _BROKEN_ESCAPE.search(text):
        raise Problem("BAD_REQUEST", "The URL has a broken percent-encoding.")
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeError:
        raise Problem("BAD_REQUEST", "The URL's percent-encoding is not UTF-8.") from None
    if "\x00" in decoded:
        raise Problem("BAD_REQUEST", "The URL has a NUL character.")
    return decoded
