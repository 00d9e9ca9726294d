"""Every object of the documents, found by walking them along their grammar and along `$ref`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from commerce_contract.document import Document, Node
from commerce_contract.grammar import ANY, GRAMMARS, Field, Shape
from commerce_contract.library import DanglingReferenceError, Library
from commerce_contract.source import Fault

_PLAIN: Final = Field(Shape.ONE, "")
_BESIDE_REF: Final = {"$ref": _PLAIN, "summary": _PLAIN, "description": _PLAIN}


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a document, and what kind of object its place makes it.

    `language` is that of the document it was reached from, AsyncAPI where both reach it. `fields` are those of its
    kind.
    """

    language: str
    kind: str
    node: Node
    fields: Mapping[str, Field]


@dataclass(slots=True)
class Walk:
    """The objects found so far, the references between documents, and what is wrong with either; lives for one `load`.

    `targets` are the keys of all nodes that references lead to.
    Opens the files that references lead to, so that after it the library is complete.
    """

    library: Library
    objects: list[Found] = field(default_factory=list)
    references: set[tuple[Document, Document]] = field(default_factory=set)
    targets: set[tuple[Document, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    _seen: set[tuple[Document, str]] = field(default_factory=set)

    def document(self, document: Document, language: str) -> None:
        """Walk a whole document, and everything that it refers to."""
        pending = [(language, "document", document.root)]
        while pending:
            language, kind, node = pending.pop()
            pending.extend((language, *found) for found in self._object(language, kind, node))

    def _object(self, language: str, kind: str, node: Node) -> Iterable[tuple[str, Node]]:
        """What stands in one object, each with its kind."""
        if node.key in self._seen:
            return ()
        self._seen.add(node.key)
        if not isinstance(node.value, dict):
            if kind not in {"schema", "payload"} or not isinstance(node.value, bool):
                self._wrong(node, "must be a mapping")
            return ()
        if kind == "payload" and "schemaFormat" not in node.value:
            kind = "schema"
        fields = GRAMMARS[language][kind]
        below: list[tuple[str, Node]] = []
        if isinstance(reference := node.value.get("$ref"), str):
            below += ((kind, target) for target in self._targets(node, reference))
            if "$ref" not in fields:
                self.objects.append(Found(language, "reference", node, _BESIDE_REF))
                return below
        self.objects.append(Found(language, kind, node, fields))
        for name in node.value:
            found = fields.get(name) or (fields.get(ANY) if not name.startswith("x-") else None)
            if found and found.kind:
                below += self._field(language, found, node.below(name))
        return below

    def _field(self, language: str, found: Field, node: Node) -> Iterator[tuple[str, Node]]:
        if found.shape is Shape.ONE:
            yield found.kind, node
        elif found.shape is Shape.LIST:
            if not isinstance(node.value, list):
                self._wrong(node, "must be a list")
            yield from ((found.kind, element) for element in node.elements())
        elif not isinstance(node.value, dict):
            self._wrong(node, "must be a mapping")
        else:
            extensible = found.shape is Shape.EXTENSIBLE
            if extensible:
                self.objects.append(Found(language, "map", node, {}))
            for name, member in node.members():
                if not (extensible and name.startswith("x-")):
                    yield found.kind, member

    def _targets(self, node: Node, reference: str) -> Iterator[Node]:
        try:
            target = self.library.resolve(node.document, reference)
        except DanglingReferenceError as error:
            self.faults.append(Fault(node.below("$ref").location, str(error), error.hint))
            return
        if target is not None:
            self.references.add((node.document, target.document))
            self.targets.add(target.key)
            yield target

    def _wrong(self, node: Node, rule: str) -> None:
        what = f"an element of `{node.pointer.split('/')[-2]}`" if node.name.isdecimal() else f"`{node.name}`"
        hint = "Write it in the shape that OpenAPI and AsyncAPI give it"
        self.faults.append(Fault(node.location, f"{what} {rule}", hint))
