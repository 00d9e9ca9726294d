"""Who may call an operation."""

from collections.abc import Iterator
from typing import Any

from commerce_contract.changes.equality import written
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.side import Side
from commerce_contract.model import Operation

_WORDS = frozenset({"description", "bearerFormat"})


def compare_security(scope: Scope, concern: Concern, old: Operation, new: Operation) -> Iterator[Finding]:
    """What changed about the credentials of one operation."""
    before, after = _alternatives(scope.old, old), _alternatives(scope.new, new)
    places = old.location, new.location
    if _open(before) != _open(after):
        rule, now = ("security-removed", "no token") if _open(after) else ("security-added", "a token")
        yield Finding(rule, f"`{new.name}` needs {now}", concern, *places)
    elif sorted(map(written, before)) != sorted(map(written, after)):
        yield Finding("security-changed", f"`{new.name}` asks for other credentials", concern, *places)


def _open(alternatives: list[dict[str, Any]]) -> bool:
    return not alternatives or {} in alternatives


def _alternatives(side: Side, operation: Operation) -> list[dict[str, Any]]:
    """Each set of credentials that is enough, by what its schemes are and not by how they are called."""
    node = side.node(operation.location)
    root = node.document.root
    listed = node.get("security") if node.get("security") is not None else root.get("security")
    found = []
    for each in listed if isinstance(listed, list) else ():
        names = each if isinstance(each, dict) else {}
        found.append({written(_scheme(side, root.below("components", "securitySchemes", name))): sorted(scopes or ())
                      for name, scopes in names.items()})  # fmt: skip
    return found


def _scheme(side: Side, node: Any) -> Any:
    plain = side.plain(node)
    return {key: value for key, value in plain.items() if key not in _WORDS} if isinstance(plain, dict) else plain
