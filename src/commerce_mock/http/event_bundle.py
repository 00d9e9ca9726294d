"""The AsyncAPI documents of a service with everything that they reference brought inside: one that stands alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from commerce_contract.grammar import GRAMMARS, Shape
from commerce_contract.pointer import join, split
from commerce_mock.http.bundle import Bundler, Read, Target

# Maps at the top of a document whose members others refer to, as they refer to components.
TOPS: Final = ("servers", "channels", "operations")
_MAPS: Final = {
    name
    for fields in GRAMMARS["asyncapi"].values()
    for name, field in fields.items()
    if field.shape in {Shape.NAMED, Shape.EXTENSIBLE}
}
_OBJECTS: Final = {
    name
    for fields in GRAMMARS["asyncapi"].values()
    for name, field in fields.items()
    if field.shape is Shape.ONE and field.kind
}


def bundle_events(files: Sequence[str], read: Read) -> dict[str, Any]:
    """One AsyncAPI document made of several files, without a reference to any other file; the caller may change it.

    `read` gives a document by its path relative to the contract's root. The first of `files` gives title, version and
    all else that stands once. The channels of other services that operations refer to become channels of this
    document, with all their messages, for AsyncAPI wants operations to refer to channels.
    """
    return _EventBundler(read).bundle_events(files)


class _EventBundler(Bundler):
    """Lives for one call of `bundle_events`."""

    names = frozenset(_MAPS - _OBJECTS)

    def bundle_events(self, files: Sequence[str]) -> dict[str, Any]:
        for file in files:
            self.adopt(file)
        first = self.read(files[0])
        whole = {
            key: self.copy_child(node, files[0], key, names=False)
            for key, node in first.items()
            if key not in {*TOPS, "components"}
        }
        whole |= {top: self.parts[f"/{top}"] for top in TOPS if f"/{top}" in self.parts}
        components = self.components()
        return {**whole, "components": components} if components else whole

    def own(self, document: Mapping[str, Any]) -> Iterator[Target]:
        """Home and name of each part of a document that keeps its name."""
        yield from super().own(document)
        for top in TOPS:
            yield from ((f"/{top}", name) for name in document.get(top) or ())

    def place(self, pointer: str) -> Target | None:
        """Home and name of what has a name in the one document too, or of what it stands in."""
        tokens = split(pointer)
        if len(tokens) > 1 and tokens[0] in TOPS:
            return f"/{tokens[0]}", tokens[1]
        return super().place(pointer)

    def final(self, file: str, pointer: str) -> Target:
        """Operations refer to channels and their messages, even where those are references themselves."""
        return (file, pointer) if pointer[1:].partition("/")[0] in TOPS else super().final(file, pointer)

    def reference(self, file: str, pointer: str) -> str:
        """The reference to a part, or to something in a channel, which comes as a whole."""
        tokens = split(pointer)
        if tokens[:1] and tokens[0] in TOPS and len(tokens) > 2:  # noqa: PLR2004 - deeper than the map's member
            return join(super().reference(file, join("", *tokens[:2])), *tokens[2:])
        return super().reference(file, pointer)
