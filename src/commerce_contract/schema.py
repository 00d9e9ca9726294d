"""Schemas of the documents: what they say, and which values they accept."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from commerce_contract.compiled import ALTERNATIVES, Compiler
from commerce_contract.document import Document, Node
from commerce_contract.schema_error import SchemaError, schema_errors
from commerce_contract.source import Location


class Missing(Enum):
    """The type of `MISSING`, which stands for a default that a schema does not give (null would be one)."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
_COMPONENTS: Final = "/components/schemas"


class Schema:
    """One schema of the documents, seen through `$ref`; lives as long as its contract.

    It may stand in several places at once: its own node, what that refers to, the members of `allOf`. What those say
    holds together. `oneOf` and `anyOf` branches add properties but require nothing. `uri`, `name`, `node` and
    `location` are those of the node at the end of `$ref`; `node` is raw, references inside it are not resolved.
    """

    def __init__(self, schemas: "Schemas", *sites: Node, alternatives: bool = False) -> None:
        self._schemas = schemas
        self._sites = sites
        self._alternatives = alternatives
        target = schemas.compiler.library.follow(sites[0]) or sites[0]
        self.uri: str = target.uri
        self.name: str | None = target.name if target.pointer.rpartition("/")[0] == _COMPONENTS else None
        self.node: Mapping[str, Any] = target.value if isinstance(target.value, dict) else {}
        self.location: Location = target.location

    def __repr__(self) -> str:
        return f"Schema({self.uri})"

    @property
    def compiler(self) -> Compiler:
        """What compiles this schema, and knows the documents it stands in."""
        return self._schemas.compiler

    def part(self, *nodes: Node) -> "Schema":
        """The schema that stands at nodes of the same documents together, such as some of those below its sites."""
        return self._schemas.at(*nodes)

    @cached_property
    def sites(self) -> tuple[Node, ...]:
        """Every node whose keywords hold together here: the site, its `$ref` targets and `allOf` members."""
        return () if self._alternatives else tuple(self._together(self._sites, set()))

    def _together(self, nodes: tuple[Node, ...], seen: set[tuple[Document, str]]) -> Iterator[Node]:
        library = self._schemas.compiler.library
        for node in nodes:
            if node.key in seen:
                continue
            seen.add(node.key)
            yield node
            if (target := library.target(node)) is not None:
                yield from self._together((target,), seen)
            yield from self._together(tuple(node.below("allOf").elements()), seen)

    @cached_property
    def branches(self) -> tuple["Schema", ...]:
        """The alternatives of `oneOf` and `anyOf`."""
        nodes = self._sites if self._alternatives else ()
        found = [
            *nodes,
            *(branch for site in self.sites for key in ALTERNATIVES for branch in site.below(key).elements()),
        ]
        return tuple(self._schemas.at(node) for node in found)

    def keyword(self, keyword: str) -> Any:
        """What a keyword says here, references inside it not resolved; `MISSING` where it says nothing."""
        for site in self.sites:
            if isinstance(site.value, dict) and keyword in site.value:
                return site.value[keyword]
        return MISSING

    @cached_property
    def properties(self) -> Mapping[str, "Schema"]:
        """Property name to schema, in the order of the documents, branches of `oneOf` and `anyOf` last."""
        sites: dict[str, list[Node]] = {}
        for site in self.sites:
            for name, node in site.below("properties").members():
                sites.setdefault(name, []).append(node)
        alternatives: dict[str, list[Node]] = {}
        for branch in self.branches:
            for name, schema in branch.properties.items():
                if name not in sites:
                    alternatives.setdefault(name, []).extend(schema._sites)  # noqa: SLF001 - another of the same class
        together = {name: self._schemas.at(*nodes) for name, nodes in sites.items()}
        return together | {name: self._schemas.at(*nodes, alternatives=True) for name, nodes in alternatives.items()}

    @cached_property
    def required(self) -> frozenset[str]:
        """The names of properties that every value has."""
        names = (site.get("required") for site in self.sites)
        return frozenset(name for some in names if isinstance(some, list) for name in some)

    @cached_property
    def items(self) -> "Schema | None":
        """The schema of an array's elements."""
        together = [site.below("items") for site in self.sites if site.get("items") is not None]
        if together:
            return self._schemas.at(*together)
        nodes = [node for branch in self.branches if branch.items for node in branch.items._sites]  # noqa: SLF001 - another of the same class
        return self._schemas.at(*nodes, alternatives=True) if nodes else None

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The JSON types it allows, as far as it says."""
        found = self.keyword("type")
        if found is MISSING:
            return tuple(dict.fromkeys(name for branch in self.branches for name in branch.types))
        return tuple(found) if isinstance(found, list) else (found,)

    @cached_property
    def enum(self) -> tuple[Any, ...]:
        """The values it allows where they are listed: what all lists that hold together share."""
        lists = [site.value["enum"] for site in self.sites if isinstance(site.get("enum"), list)]
        if lists:
            return tuple(value for value in lists[0] if all(value in other for other in lists[1:]))
        merged: list[Any] = []
        for branch in self.branches:
            merged += [value for value in branch.enum if value not in merged]
        return tuple(merged)

    @cached_property
    def default(self) -> Any:
        """The value of a missing property, `MISSING` if there is none."""
        return self.keyword("default")

    @cached_property
    def examples(self) -> tuple[Any, ...]:
        """The values that the schema itself shows, in `example` or `examples`."""
        listed, single = self.keyword("examples"), self.keyword("example")
        return (*(listed if isinstance(listed, list) else ()), *(() if single is MISSING else (single,)))

    @cached_property
    def const(self) -> Any:
        """The only value it allows, `MISSING` if there is none."""
        return self.keyword("const")

    @cached_property
    def format(self) -> str | None:
        """The format of a string."""
        return self._word("format")

    @cached_property
    def problem(self) -> str | None:
        """The problem code of a request that breaks this property: `x-problem`, here or at the end of `$ref`."""
        code = self._word("x-problem")
        return code or next((branch.problem for branch in self.branches if branch.problem), None)

    def where(self, keyword: str) -> Location:
        """Where a keyword stands that holds here."""
        found = (site for branch in (self, *self.branches) for site in branch.sites if site.get(keyword) is not None)
        return next((site.below(keyword).location for site in found), self.location)

    @cached_property
    def write_only(self) -> bool:
        """Whether it is accepted but never answered."""
        return self.keyword("writeOnly") is True or any(branch.write_only for branch in self._marked)

    @cached_property
    def read_only(self) -> bool:
        """Whether it is answered but never accepted."""
        return self.keyword("readOnly") is True or any(branch.read_only for branch in self._marked)

    @property
    def _marked(self) -> tuple["Schema", ...]:
        return self.branches if self._alternatives else ()

    def _word(self, keyword: str) -> str | None:
        found = self.keyword(keyword)
        return found if isinstance(found, str) else None

    @cached_property
    def validator(self) -> Draft202012Validator:
        """The compiled form, formats asserted. Raises `jsonschema_rs.ValidationError` if the schema itself is bad."""
        return self._schemas.compiler.validator(*self._sites, alternatives=self._alternatives)

    def is_valid(self, value: Any) -> bool:
        """Whether the schema accepts a JSON value."""
        try:
            return self.validator.is_valid(value)
        except UnicodeEncodeError:  # a lone surrogate: no JSON text holds one
            return False

    def errors(self, value: Any, *, first: bool = False) -> tuple[SchemaError, ...]:
        """Every rule that a JSON value breaks, in the order of the schema's properties; empty if it is valid.

        With `first` only the one that the validator finds first: in a short time, however large the value is.
        """
        return schema_errors(self, self._schemas.compiler, value, first=first)


class Schemas:
    """Every schema of a contract, made once a site; lives as long as its contract."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self._made: dict[tuple[bool, tuple[tuple[Document, str], ...]], Schema] = {}

    def at(self, *nodes: Node, alternatives: bool = False) -> Schema:
        """The schema that stands at these nodes together, or at any of them."""
        alternatives = alternatives and len(nodes) > 1
        key = alternatives, tuple(node.key for node in nodes)
        if key not in self._made:
            self._made[key] = Schema(self, *nodes, alternatives=alternatives)
        return self._made[key]
