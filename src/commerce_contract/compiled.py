"""The schemas of all documents in the form that jsonschema-rs compiles."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from commerce_contract.document import Document, Node
from commerce_contract.library import DanglingReferenceError, Library
from commerce_contract.source import Location

ALTERNATIVES: Final = ("oneOf", "anyOf")


class Compiler:
    """Makes validators for nodes of a library; lives as long as its contract.

    All documents become one registry when the first validator is asked for. There every `$ref` is absolute, and a
    `oneOf` with a discriminator says "the branch that the discriminator's value chooses", so that a value is judged by
    the one branch it means and every error is precise.
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    def validator(self, *nodes: Node, alternatives: bool = False) -> Draft202012Validator:
        """A validator for values that satisfy all nodes, or any of them. Raises `jsonschema_rs.ValidationError`."""
        references: list[dict[str, Any]] = [{"$ref": node.uri} for node in nodes]
        joined = {"anyOf" if alternatives else "allOf": references} if len(references) > 1 else references[0]
        return Draft202012Validator(joined, registry=self._registry, validate_formats=True)

    def location(self, keyword: str) -> Location | None:
        """Where a keyword stands, given the absolute URI that jsonschema-rs reports.

        A keyword that only the compiled form has counts as the schema that it was made from.
        """
        uri, _, fragment = keyword.partition("#")
        document = self._by_uri.get(uri)
        if document is None:
            return None
        pointer = unquote(fragment)
        while pointer and pointer not in document.marks:
            pointer = pointer.rpartition("/")[0]
        return document.location(pointer)

    @cached_property
    def _by_uri(self) -> Mapping[str, Document]:
        return {document.uri: document for document in self.library.documents.values()}

    @cached_property
    def _registry(self) -> Registry:
        resources = [(uri, self._copy(document, document.data)) for uri, document in self._by_uri.items()]
        return Registry(resources, draft=Draft202012)

    def _copy(self, document: Document, value: Any) -> Any:
        if isinstance(value, list):
            return [self._copy(document, element) for element in value]
        if not isinstance(value, dict):
            return value
        copy = {key: self._copy(document, member) for key, member in value.items()}
        if isinstance(reference := copy.get("$ref"), str):
            copy["$ref"] = self.absolute(document, reference)
        chooser = value.get("discriminator")
        if isinstance(chooser, dict) and isinstance(chooser.get("propertyName"), str):
            for keyword in ALTERNATIVES:
                if branches := self.chosen(document, chooser, value.get(keyword)):
                    del copy[keyword]
                    copy["allOf"] = [*copy.get("allOf", ()), *_choice(chooser["propertyName"], branches)]
        return copy

    def absolute(self, document: Document, reference: str) -> str:
        """The URI of the node that a `$ref` of `document` names; the reference itself where it dangles."""
        try:
            node = self.library.resolve(document, reference)
        except DanglingReferenceError:
            return reference
        return reference if node is None else node.uri

    def chosen(self, document: Document, chooser: Mapping[str, Any], branches: Any) -> Mapping[str, str]:
        """Discriminator value to the URI of the branch it chooses; empty where some branch cannot be chosen."""
        if not isinstance(branches, list):
            return {}
        uris = [
            self.absolute(document, branch["$ref"])
            for branch in branches
            if isinstance(branch, dict) and isinstance(branch.get("$ref"), str)
        ]
        if len(uris) < len(branches):
            return {}
        names = {uri.rpartition("/")[2]: uri for uri in uris}
        mapping = chooser.get("mapping")
        named = {
            value: names.get(target) or self.absolute(document, target)
            for value, target in (mapping.items() if isinstance(mapping, dict) else ())
            if isinstance(target, str)
        }
        implied = {name: uri for name, uri in names.items() if uri not in named.values()}
        return named | implied


def _choice(name: str, branches: Mapping[str, str]) -> list[dict[str, Any]]:
    """The discriminator's property must be one of the known values, and each value implies its branch."""
    known = {"type": "object", "required": [name], "properties": {name: {"enum": list(branches)}}}
    targets: dict[str, list[str]] = {}
    for value, uri in branches.items():
        targets.setdefault(uri, []).append(value)
    return [known] + [
        {
            "if": {"type": "object", "required": [name], "properties": {name: {"enum": values}}},
            "then": {"$ref": uri},
        }
        for uri, values in targets.items()
    ]
