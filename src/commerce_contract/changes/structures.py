"""What a form lets through that a site of another schema refuses, inside of objects and arrays."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from commerce_contract.changes.escape import Escape, Judge, Kind, Path
from commerce_contract.changes.form import Form, anything, location_of, matches
from commerce_contract.document import Node
from commerce_contract.schema import MISSING, Schema

ELEMENT: Final = "[]"
OTHER: Final = "*"


def structures(judge: Judge, form: Form, site: Node, outer: Schema, path: Path) -> Iterator[Escape]:
    """The ways out through what one site says of properties and elements."""
    if "object" in form.atoms:
        yield from _required(form, site, path)
        for name, node in site.below("properties").members():
            yield from _property(judge, form, outer.part(node), name, path)
        for pattern, node in site.below("patternProperties").members():
            yield from _pattern(judge, form, outer.part(node), pattern, path)
        if site.get("additionalProperties") is not None:
            yield from _additional(judge, form, site, outer, path)
    if "array" in form.atoms and site.get("items") is not None and form.fewest("maxItems") != 0:
        inner = form.items or anything(form.schema)
        yield from judge.between(inner, outer.part(site.below("items")), (*path, ELEMENT))


def _required(form: Form, site: Node, path: Path) -> Iterator[Escape]:
    wanted = site.get("required")
    for name in wanted if isinstance(wanted, list) else ():
        if name not in form.required:
            where = form.member(name)
            yield Escape(
                Kind.REQUIRED, "required", (*path, name),
                location_of(where or form.schema), site.below("required").location,
                outer_says=name,
            )  # fmt: skip


def _property(judge: Judge, form: Form, wanted: Schema, name: str, path: Path) -> Iterator[Escape]:
    below = (*path, name)
    if name in form.fixed:
        escaping = tuple(value for value in form.fixed[name] if not wanted.is_valid(value))
        if escaping:
            yield Escape(
                Kind.VALUES, "discriminator", below, form.where("discriminator"), wanted.location, values=escaping
            )
        return
    member = form.member(name) or anything(form.schema)
    found = judge.between(member, wanted, below)
    if name in form.declared:
        yield from found
    elif found:
        decided = any(escape.decided for escape in found)
        yield Escape(Kind.UNDECLARED, "properties", below, location_of(form.schema), wanted.location, decided=decided)


def _pattern(judge: Judge, form: Form, wanted: Schema, pattern: str, path: Path) -> Iterator[Escape]:
    """A site's schema for all properties whose names match a pattern."""
    for name in form.declared:
        if matches(pattern, name) and (member := form.member(name)) is not None:
            yield from judge.between(member, wanted, (*path, name))
    same = [node for site in form.sites for own, node in site.below("patternProperties").members() if own == pattern]
    if any(not judge.between(form.schema.part(node), wanted, path) for node in same):
        return
    if not form.closed or any(form.says("patternProperties")):
        for escape in judge.between(form.rest or anything(form.schema), wanted, (*path, OTHER)):
            yield replace(escape, decided=False)


def _additional(judge: Judge, form: Form, site: Node, outer: Schema, path: Path) -> Iterator[Escape]:
    """A site's schema for all properties that it does not name."""
    wanted = outer.part(site.below("additionalProperties"))
    named = {name for name, _ in site.below("properties").members()}
    patterns = [pattern for pattern, _ in site.below("patternProperties").members()]
    for name in {**dict.fromkeys(form.declared), **form.fixed}:
        if name not in named and not any(matches(pattern, name) for pattern in patterns):
            member = form.member(name) or anything(form.schema)
            if found := judge.between(member, wanted, (*path, name)):
                yield Escape(
                    Kind.NAMED, "additionalProperties", (*path, name), location_of(member), wanted.location,
                    decided=any(escape.decided for escape in found),
                )  # fmt: skip
    for pattern, node in (pair for own in form.sites for pair in own.below("patternProperties").members()):
        if pattern not in patterns:
            for escape in judge.between(form.schema.part(node), wanted, (*path, OTHER)):
                yield replace(escape, decided=False)
    rest = form.rest or anything(form.schema)
    if form.closed or not (found := judge.between(rest, wanted, (*path, OTHER))):
        return
    if all(escape.keyword == "false" for escape in found):
        first = found[0]
        yield replace(
            first, keyword="additionalProperties", path=path, inner=form.where("additionalProperties"),
            outer=site.below("additionalProperties").location,
            inner_says=next(form.says("additionalProperties"), MISSING), outer_says=False,
        )  # fmt: skip
    else:
        yield from found
