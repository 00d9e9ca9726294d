"""The five keys that our documents add to OpenAPI, and which documents speak them."""

from collections.abc import Mapping
from typing import Final

from commerce_contract.document import Document
from commerce_contract.walk import Walk

KEYS: Final[Mapping[str, str]] = {
    "x-resource": "schema",
    "x-transitions": "schema",
    "x-problem": "schema",
    "x-moves-to": "operation",
    "x-emits": "operation",
}
"""Key to the kind of object that it may stand on."""


def our_documents(walk: Walk) -> frozenset[Document]:
    """The documents that use a key of ours, and all that references tie to one of them in either direction."""
    ties: dict[Document, set[Document]] = {}
    for one, other in walk.references:
        ties.setdefault(one, set()).add(other)
        ties.setdefault(other, set()).add(one)
    pending = {found.node.document for found in walk.objects if not KEYS.keys().isdisjoint(found.node.value)}
    ours: set[Document] = set()
    while pending:
        document = pending.pop()
        ours.add(document)
        pending |= ties.get(document, set()) - ours
    return frozenset(ours)
