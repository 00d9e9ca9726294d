"""`oneOf` and `anyOf`: the forms that a schema can take, and when no value can take two of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from commerce_contract.changes.form import Form
from commerce_contract.compiled import ALTERNATIVES
from commerce_contract.document import Node
from commerce_contract.schema import Schema
from commerce_contract.source import Location

_MOST: Final = 64  # forms of one schema; what has more is not taken apart


@dataclass(frozen=True, slots=True)
class Group:
    """The alternatives that one keyword of one site lists.

    With a discriminator, `chooser` is its property and `chosen` maps each of its values to the branch that judges.
    `unclear` says that it has a discriminator that chooses something else than the branches.
    """

    keyword: str
    site: Node
    branches: tuple[Schema, ...]
    chooser: str = ""
    chosen: Mapping[str, Schema] | None = None
    unclear: bool = False

    @property
    def location(self) -> Location:
        """Where the alternatives are listed."""
        return self.site.below(self.keyword).location

    @property
    def exclusive(self) -> bool:
        """Whether a value may satisfy one branch only."""
        return self.keyword == "oneOf" and self.chosen is None


def groups_of(schema: Schema, sites: Sequence[Node]) -> tuple[Group, ...]:
    """The alternatives of some sites of a schema."""
    return tuple(
        _group(schema, site, keyword)
        for site in sites
        for keyword in ALTERNATIVES
        if isinstance(site.get(keyword), list) and site.get(keyword)
    )


def _group(schema: Schema, site: Node, keyword: str) -> Group:
    nodes = list(site.below(keyword).elements())
    branches = tuple(schema.part(node) for node in nodes)
    chooser = site.get("discriminator")
    if not isinstance(chooser, dict) or not isinstance(chooser.get("propertyName"), str):
        return Group(keyword, site, branches)
    uris = schema.compiler.chosen(site.document, chooser, site.get(keyword))
    if not uris:
        return Group(keyword, site, branches)
    targets = (schema.compiler.library.target(node) for node in nodes)
    by_uri = {target.uri: branch for target, branch in zip(targets, branches, strict=True) if target is not None}
    if not by_uri.keys() >= set(uris.values()):
        return Group(keyword, site, branches, unclear=True)
    chosen = {value: by_uri[uri] for value, uri in uris.items()}
    return Group(keyword, site, branches, chooser["propertyName"], chosen)


def forms_of(schema: Schema) -> tuple[Form, ...]:
    """The forms whose values together are all that a schema accepts, or a few more."""
    sites = schema.sites
    found = tuple(islice(_expand(Form(schema, sites), groups_of(schema, sites)), _MOST + 1))
    return found if len(found) <= _MOST else (Form(schema, sites, partial=True),)


def _expand(form: Form, groups: tuple[Group, ...]) -> Iterator[Form]:
    if not groups:
        if form.atoms:
            yield form
        return
    group, *rest = groups
    if group.unclear:
        loose = Form(form.schema, form.sites, form.fixed, form.excluded, partial=True)
        yield from _expand(loose, tuple(rest))
        return
    for branch, fixed, excluded in _choices(group):
        keys = {site.key for site in form.sites}
        added = tuple(site for site in branch.sites if site.key not in keys)
        more = groups_of(form.schema, added)
        joined = _joined(form.fixed, fixed)
        chosen = Form(form.schema, (*form.sites, *added), joined, (*form.excluded, *excluded), partial=form.partial)
        yield from _expand(chosen, (*rest, *more))


def _choices(group: Group) -> Iterator[tuple[Schema, Mapping[str, tuple[Any, ...]], tuple[Schema, ...]]]:
    """Each branch, the properties that its choice fixes, and the branches that its choice excludes."""
    if group.chosen is None:
        for branch in group.branches:
            others = tuple(other for other in group.branches if other is not branch) if group.exclusive else ()
            yield branch, {}, others
        return
    values: dict[Schema, list[str]] = {}
    for value, branch in group.chosen.items():
        values.setdefault(branch, []).append(value)
    for branch, named in values.items():
        yield branch, {group.chooser: tuple(named)}, ()


def _joined(one: Mapping[str, tuple[Any, ...]], other: Mapping[str, tuple[Any, ...]]) -> Mapping[str, tuple[Any, ...]]:
    return {
        **one,
        **{name: tuple(each for each in found if each in one.get(name, found)) for name, found in other.items()},
    }


def disjoint(one: Form, other: Form) -> bool:
    """Whether no value has both forms, as far as types and the properties that both require can tell."""
    shared = one.atoms & other.atoms
    if not shared:
        return True
    for first, second in ((one, other), (other, one)):
        if first.values is not None and not any(second.accepts(value) for value in first.values):
            return True
    return shared == {"object"} and any(
        _apart(first, second, name)
        for name in one.required | other.required
        for first, second in ((one, other), (other, one))
    )


def _apart(one: Form, other: Form, name: str) -> bool:
    """Whether no object that has a property can have it as both forms want it."""
    values, member = one.values_of(name), other.member(name)
    if values is None:
        return False
    if name in other.fixed:
        return not any(value in other.fixed[name] for value in values)
    return member is not None and not any(member.is_valid(value) for value in values)
