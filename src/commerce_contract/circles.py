"""Objects that are defined by themselves, which would send every reader round and round."""

from collections.abc import Iterator

from commerce_contract.compiled import ALTERNATIVES
from commerce_contract.document import Document, Node
from commerce_contract.library import Library
from commerce_contract.source import Fault
from commerce_contract.walk import Walk


def find_circles(walk: Walk) -> Iterator[Fault]:
    """Objects that lead back to themselves without going into a property or an element."""
    for found in walk.objects:
        if found.node.key in walk.targets and _circular(walk.library, found.node):
            message = f"`{found.node.name}` is defined by itself, so that it says nothing"
            yield Fault(found.node.location, message, "Break the circle of $ref, allOf, anyOf and oneOf")


def _circular(library: Library, start: Node) -> bool:
    """Whether a schema leads back to itself without going into a property or an element."""
    seen: set[tuple[Document, str]] = set()
    pending = list(_same_value(library, start))
    while pending:
        node = pending.pop()
        if node.key == start.key:
            return True
        if node.key not in seen:
            seen.add(node.key)
            pending += _same_value(library, node)
    return False


def _same_value(library: Library, node: Node) -> Iterator[Node]:
    """The schemas that judge the very value that `node` judges."""
    for keyword in ("allOf", *ALTERNATIVES):
        yield from node.below(keyword).elements()
    if (target := library.target(node)) is not None:
        yield target
