"""What all readers of one `load` share."""

from dataclasses import dataclass, field

from commerce_contract.document import Document, Node
from commerce_contract.library import Library
from commerce_contract.schema import Schemas
from commerce_contract.source import Fault


@dataclass(slots=True)
class Reading:
    """One run of `load`: the opened documents, their schemas, and what was found wrong so far.

    `ours` are the documents that speak our vocabulary, or are tied by references to one that does. They are held to
    every rule. Other documents were written for other tools: what cannot be honoured in them becomes a note.
    """

    library: Library
    schemas: Schemas
    ours: frozenset[Document] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, node: Node, message: str, hint: str) -> None:
        """Refuse the contract because of what stands at `node`."""
        self.faults.append(Fault(node.location, message, hint))

    def cannot_honour(self, node: Node, message: str, hint: str) -> None:
        """Refuse one of our documents, or note what is left out of a foreign one."""
        if node.document in self.ours:
            self.fault(node, message, hint)
        else:
            self.notes.append(f"{node.location}: {message}")

    def follow(self, node: Node) -> Node | None:
        """The node at the end of `$ref`; None where there is nothing or where the reference is already refused."""
        return None if node.value is None else self.library.follow(node)
