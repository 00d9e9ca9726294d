"""All documents of a contract, opened on demand, and the references between them."""

import os.path
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from commerce_contract.document import Document, Node
from commerce_contract.parse import parse_json, parse_yaml
from commerce_contract.pointer import split, step
from commerce_contract.source import Fault, Location
from commerce_contract.upgrade import speaks_3_0, upgrade

_FIX_REF: Final = "Correct the $ref, or write what it names"


class DanglingReferenceError(Exception):
    """A `$ref` that leads nowhere; `hint` says what to do."""

    def __init__(self, message: str, hint: str = _FIX_REF) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(slots=True)
class Library:
    """The files of one contract, each read once; lives as long as its contract.

    `faults` gathers what was wrong with the text of a file. References lead to local files only.
    """

    root: Path
    documents: dict[Path, Document] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _targets: dict[tuple[Path, str], Document] = field(default_factory=dict)

    def open(self, path: Path) -> Document:
        """The document of an existing file. Unreadable ones are `broken`, with a fault."""
        path = Path(os.path.normpath(path))
        if path not in self.documents:
            self.documents[path] = self._read(path)
        return self.documents[path]

    def resolve(self, document: Document, reference: str) -> Node | None:
        """The node that a `$ref` of `document` names; None where a broken document holds the answer.

        Raises `DanglingReferenceError`.
        """
        file, _, fragment = reference.partition("#")
        target = self._document(document, file) if file else document
        if target.broken:
            return None
        pointer = unquote(fragment)
        try:
            tokens = split(pointer)
        except ValueError:
            message = f"#{fragment} is not a JSON pointer"
            raise DanglingReferenceError(message, "Write it as #/components/…; anchors are not read") from None
        value = target.data
        for token in tokens:
            try:
                value = step(value, token)
            except LookupError:
                message = f"{reference} leads nowhere: there is no `{token}` in {target.file}"
                raise DanglingReferenceError(message) from None
        return Node(target, pointer, value)

    def follow(self, node: Node) -> Node | None:
        """The node at the end of a chain of `$ref`s; None where the chain is broken, which is reported elsewhere."""
        seen = set()
        while isinstance(node.get("$ref"), str):
            target = self.target(node)
            if target is None or node.key in seen:
                return None
            seen.add(node.key)
            node = target
        return node

    def target(self, node: Node) -> Node | None:
        """The node that the `$ref` of a node names; None where there is no `$ref` or where it leads nowhere."""
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return None
        try:
            return self.resolve(node.document, reference)
        except DanglingReferenceError:
            return None

    def _document(self, document: Document, file: str) -> Document:
        """The document that the file part of a reference names, found once."""
        key = document.path.parent, file
        if key not in self._targets:
            self._targets[key] = self._find(document, file)
        return self._targets[key]

    def _find(self, document: Document, file: str) -> Document:
        scheme = urlsplit(file).scheme
        if scheme or file.startswith("//"):
            message = f"{file} is not a local file, and nothing is fetched from elsewhere"
            raise DanglingReferenceError(message, "Save the document beside the others and refer to that file")
        path = Path(os.path.normpath(document.path.parent / unquote(file)))
        if not path.is_file():
            message = f"there is no file {file} beside {document.file}"
            raise DanglingReferenceError(message)
        return self.open(path)

    def _read(self, path: Path) -> Document:
        file = Path(os.path.relpath(path, self.root)).as_posix()
        uri = f"contract://outside{quote(path.as_posix())}" if file.startswith("../") else f"contract:///{quote(file)}"
        parse = parse_json if path.suffix == ".json" else parse_yaml
        try:
            data, marks, faults = parse(path.read_text(encoding="utf-8-sig"), file)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            faults = [Fault(Location(file, "", 1), f"cannot be read: {why}", "Make it a readable UTF-8 text file")]
            data, marks = None, {}
        if not faults and not isinstance(data, dict):
            message = f"not a document: the file holds {_kind(data)}, not a mapping"
            faults = [Fault(Location(file, "", 1), message, "Start it with `openapi:` or `asyncapi:`")]
        if speaks_3_0(data):
            upgrade(data)
        self.faults.extend(faults)
        return Document(file, path, uri, data, marks, broken=bool(faults))


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a single value"
