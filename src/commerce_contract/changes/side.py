"""One of the two contracts that are compared, with the documents as they were written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from commerce_contract.changes.form import anything_at
from commerce_contract.compiled import Compiler
from commerce_contract.discover import language_of
from commerce_contract.document import Document, Node
from commerce_contract.library import Library
from commerce_contract.model import Contract, Service
from commerce_contract.pointer import split
from commerce_contract.schema import Schema, Schemas
from commerce_contract.source import Location
from commerce_contract.walk import Found, Walk


@dataclass(eq=False)
class Side:
    """A contract, and its documents read once more for what the contract does not keep; lives for one comparison."""

    contract: Contract
    _library: Library = field(init=False)
    _schemas: Schemas = field(init=False)

    def __post_init__(self) -> None:
        self._library = Library(self.contract.root)
        self._schemas = Schemas(Compiler(self._library))

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """All documents by file."""
        opened = (self._library.open(path) for path in self.contract.files)
        return {document.file: document for document in opened}

    def node(self, location: Location) -> Node:
        """The node at a place of the contract, with a value of None where nothing stands there."""
        return self.documents[location.file].root.below(*split(location.pointer))

    def follow(self, node: Node) -> Node:
        """The node at the end of `$ref`, the node itself where that leads nowhere."""
        return self._library.follow(node) or node

    def members(self, node: Node) -> Mapping[str, Node]:
        """The members of a mapping by name, each at the end of its `$ref`."""
        return {name: self.follow(member) for name, member in self.follow(node).members()}

    def schema(self, node: Node) -> Schema:
        """The schema at a node, one that accepts everything where nothing stands there."""
        return self._schemas.at(node if node.value is not None else anything_at(node))

    def plain(self, node: Node) -> Any:
        """A value with everything that it refers to in place of the reference."""
        return self._plain(self.follow(node), frozenset())

    def _plain(self, node: Node, within: frozenset[tuple[Document, str]]) -> Any:
        node = self.follow(node)
        if node.key in within:
            return "…"
        if isinstance(node.value, list):
            return [self._plain(each, within | {node.key}) for each in node.elements()]
        if isinstance(node.value, dict):
            return {name: self._plain(each, within | {node.key}) for name, each in node.members()}
        return node.value

    @cached_property
    def objects(self) -> Mapping[tuple[str, str], Found]:
        """Every object of the documents by file and pointer."""
        walk = Walk(self._library)
        for document in sorted(self.documents.values(), key=lambda each: language_of(each) != "asyncapi"):
            if language := language_of(document):
                walk.document(document, language)
        return {(found.node.document.file, found.node.pointer): found for found in walk.objects}

    def version(self, file: str) -> str:
        """What a document says of its version, empty where it says nothing."""
        document = self.documents.get(file)
        return document.root.below("info").text("version") if document else ""

    def speaking(self, language: str) -> Iterator[tuple[Service, Document]]:
        """The documents of each service that speak a language."""
        for service in self.contract.services.values():
            for file in service.documents:
                document = self.documents.get(file)
                if document is not None and language_of(document) == language:
                    yield service, document

    def file_of(self, service: str, language: str) -> str | None:
        """The first document of a service in a language, else the first in any, None where it has none."""
        found = self.contract.services.get(service)
        if found is None:
            return None
        own = (document.file for each, document in self.speaking(language) if each.name == service)
        return next(own, next(iter(found.documents), None))
