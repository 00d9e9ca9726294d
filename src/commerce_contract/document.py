"""One file of a contract, and the nodes in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

from commerce_contract.parse import Marks
from commerce_contract.pointer import join, step
from commerce_contract.source import Location

_IN_FRAGMENT: Final = "/~!$&'()*+,;=:@"
_PLAIN: Final = re.compile(r"[A-Za-z0-9/_.~-]*").fullmatch  # most pointers: nothing in them to encode


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One YAML or JSON file as plain values; lives as long as its contract.

    `file` is its path relative to the contract's root, `uri` its absolute name (`contract:///openapi/orders.yaml`),
    `broken` that it could not be read as a mapping, so that nothing can be said about what it holds.
    """

    file: str
    path: Path
    uri: str
    data: Any
    marks: Marks
    broken: bool = False

    @property
    def root(self) -> "Node":
        """The whole document as a node."""
        return Node(self, "", self.data)

    def location(self, pointer: str) -> Location:
        """The place of a pointer: its own line or, where nothing stands there, the line of what would hold it."""
        nearest = pointer
        while nearest and nearest not in self.marks:
            nearest = nearest.rpartition("/")[0]
        return Location(self.file, pointer, *self.marks.get(nearest, (1, 1)))


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document and where it stands."""

    document: Document
    pointer: str
    value: Any

    @property
    def uri(self) -> str:
        """The absolute name of this node: the document's URI with the pointer as fragment."""
        pointer = self.pointer
        return f"{self.document.uri}#{pointer if _PLAIN(pointer) else quote(pointer, safe=_IN_FRAGMENT)}"

    @property
    def key(self) -> tuple[Document, str]:
        """What tells this node from all others, cheaper than its URI."""
        return self.document, self.pointer

    @property
    def location(self) -> Location:
        """Where this node stands."""
        return self.document.location(self.pointer)

    @property
    def name(self) -> str:
        """The last, unescaped token of the pointer."""
        return self.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")

    def get(self, *keys: str) -> Any:
        """The value below these keys, None where there is none."""
        value = self.value
        for key in keys:
            try:
                value = step(value, key)
            except LookupError:
                return None
        return value

    def text(self, key: str) -> str:
        """The member `key` where it is a string, else the empty string."""
        value = self.get(key)
        return value if isinstance(value, str) else ""

    def below(self, *keys: str) -> Self:
        """The node below these keys; its value is None where there is none."""
        return type(self)(self.document, join(self.pointer, *keys), self.get(*keys))

    def members(self) -> Iterator[tuple[str, Self]]:
        """Key and node of each member; none where this is no mapping."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, type(self)(self.document, join(self.pointer, key), value)

    def elements(self) -> Iterator[Self]:
        """The node of each element; none where this is no list."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield type(self)(self.document, f"{self.pointer}/{index}", value)
