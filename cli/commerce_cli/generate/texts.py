"""What the documents say in words beside the loaded values: descriptions of parameters, servers, summaries."""

import textwrap
from dataclasses import dataclass, field

from commerce_contract import Contract, Location, Service
from commerce_contract.document import Document, Node
from commerce_contract.library import Library
from commerce_contract.pointer import split


@dataclass(slots=True)
class Texts:
    """The documents of one contract, opened again for what a place says in words; lives for one run."""

    contract: Contract
    _library: Library = field(init=False)

    def __post_init__(self) -> None:
        self._library = Library(self.contract.root)

    def at(self, place: Location) -> Node:
        """The node at a place, with what its `$ref` refers to."""
        node = self._document(place.file).root.below(*split(place.pointer))
        return self._library.follow(node) or node

    def description(self, place: Location) -> str:
        """The description that stands at a place, the empty string if there is none."""
        return self.at(place).text("description").strip()

    def speaks(self, file: str, language: str) -> bool:
        """Whether a document is of a language, `openapi` or `asyncapi`."""
        data = self._document(file).data
        return isinstance(data, dict) and language in data

    def about(self, service: Service) -> str:
        """What a service's document says about it: the summary, then the description."""
        info = self.at(service.location).below("info")
        paragraphs = [info.text("summary").strip(), service.description.strip()]
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or f"{service.title}."

    def url(self, service: Service) -> str | None:
        """The first server's URL, its variables filled with their defaults; None where no host is named."""
        server = next(self.at(service.location).below("servers").elements(), None)
        if server is None:
            return None
        url = server.text("url")
        for name, variable in server.below("variables").members():
            url = url.replace(f"{{{name}}}", variable.text("default"))
        return url.rstrip("/") if "://" in url else None

    def _document(self, file: str) -> Document:
        return self._library.open(self.contract.root / file)


def sentence(text: str) -> str:
    """A text that ends like a sentence."""
    text = text.strip()
    return text if not text or text[-1] in ".!?:" else f"{text}."


def wrapped(text: str, width: int) -> str:
    """A text of Markdown in lines of at most `width` characters; lists, tables and code keep their lines."""
    return "\n\n".join(_paragraph(block, width) for block in text.rstrip().strip("\n").split("\n\n"))


def _paragraph(block: str, width: int) -> str:
    lines = block.strip("\n").splitlines()
    if any(line.lstrip().startswith(("- ", "* ", "|", "#", "```", ">")) or line.startswith("    ") for line in lines):
        return "\n".join(_filled(line, width) for line in lines)
    return _filled(" ".join(line.strip() for line in lines), width)


def _filled(line: str, width: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
