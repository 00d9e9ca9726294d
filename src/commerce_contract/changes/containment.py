"""Whether a schema contains another: whether it accepts every value that the other accepts.

Sound: where no way out is found, there is none. Where one is found, it may be that no value takes it; `decided` is
False where that is likely enough to say so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from commerce_contract.changes.alternatives import alternatives
from commerce_contract.changes.equality import Equality, Place, places, words
from commerce_contract.changes.escape import Escape, Kind, Path
from commerce_contract.changes.form import Form, atoms_of, location_of
from commerce_contract.changes.groups import forms_of, groups_of
from commerce_contract.changes.scalars import opaque, scalars
from commerce_contract.changes.structures import structures
from commerce_contract.schema import MISSING, Schema

_STEPS: Final = 20_000  # schemas that are compared for one question; beyond, nobody knows
_SHOWN: Final = 8  # escaping values that are listed


@dataclass(slots=True)
class Containment:
    """Compares the schemas of two contracts; lives for one comparison and remembers what it has taken apart.

    A schema that is met again inside of itself counts as contained until something says otherwise.
    """

    equality: Equality = field(default_factory=Equality)
    _forms: dict[Schema, tuple[Form, ...]] = field(default_factory=dict)
    _found: dict[tuple[Schema, Schema], tuple[Escape, ...]] = field(default_factory=dict)
    _same: dict[tuple[Schema, Schema], bool] = field(default_factory=dict)
    _open: set[tuple[Schema, Schema]] = field(default_factory=set)
    _steps: int = 0

    def escapes(self, inner: Schema, outer: Schema) -> tuple[Escape, ...]:
        """The ways in which a value that `inner` accepts may be refused by `outer`; none where it contains them all."""
        pair = inner, outer
        if pair not in self._found:
            self._steps = 0
            self._found[pair] = tuple(self.between(inner, outer, ()))
        return self._found[pair]

    def between(self, inner: Schema, outer: Schema, path: Path) -> Sequence[Escape]:
        """The same for schemas that stand at a path inside of others."""
        pair = inner, outer
        if pair in self._open or _accepts_all(outer) or self.same(inner, outer):
            return ()
        self._steps += 1
        if self._steps > _STEPS:
            return (Escape(Kind.RULE, "$ref", path, location_of(inner), outer.location, decided=False),)
        self._open.add(pair)
        try:
            found: list[Escape] = []
            for form in self.forms(inner):
                found += (each for each in self.from_form(form, outer, path) if each not in found)
        finally:
            self._open.discard(pair)
        return _proven(inner, outer, path, found)

    def from_form(self, form: Form, outer: Schema, path: Path) -> Sequence[Escape]:
        """The ways out of the values of one form."""
        found = None if form.values is None else tuple(_listed(form, outer, path))
        if found is not None and (form.enumerated or not found):
            return found
        rules = tuple(self._rules(form, outer, path)) or found or ()
        return tuple(replace(escape, decided=False) for escape in rules) if form.partial else rules

    def forms(self, schema: Schema) -> Sequence[Form]:
        """The forms that a schema takes."""
        if schema not in self._forms:
            self._forms[schema] = forms_of(schema)
        return self._forms[schema]

    def same(self, one: Schema, other: Schema) -> bool:
        """Whether two schemas say the same."""
        pair = one, other
        if pair not in self._same:
            self._same[pair] = self.equality.schemas(one, other)
        return self._same[pair]

    def _rules(self, form: Form, outer: Schema, path: Path) -> Iterator[Escape]:
        own = [Place(form.schema.compiler.library, site) for site in form.sites]
        pending = [place for place in places(outer) if not any(self.equality.own(site, place) for site in own)]
        fitting = form.atoms
        for place in pending:
            site = place.node
            wanted = atoms_of(site)
            if not fitting <= wanted:
                keyword = "false" if site.value is False else "type"
                says = next(form.says(keyword), MISSING)
                yield Escape(
                    Kind.RULE, keyword, path, form.where(keyword), site.below(keyword).location, says,
                    MISSING if site.value is False else site.get("type"),
                )  # fmt: skip
                fitting &= wanted
        form = replace(form, among=fitting)
        for place in pending if fitting else ():
            yield from self._site(form, place, outer, path)

    def _site(self, form: Form, place: Place, outer: Schema, path: Path) -> Iterator[Escape]:
        site = place.node
        for keyword in ("enum", "const"):
            if isinstance(site.value, dict) and keyword in site.value:
                listed = site.value[keyword]
                says = next(form.says(keyword), MISSING)
                yield Escape(
                    Kind.RULE, keyword, path, form.where(keyword), site.below(keyword).location, says, listed,
                    decided=not form.narrowed,
                )  # fmt: skip
        yield from scalars(form, site, path)
        yield from structures(self, form, site, outer, path)
        yield from opaque(self.equality, form, place, path)
        for group in groups_of(outer, (site,)):
            yield from alternatives(self, form, group, outer, path)


def _accepts_all(schema: Schema) -> bool:
    return not any(words(site).keys() - {"$ref", "allOf"} for site in schema.sites)


def _proven(inner: Schema, outer: Schema, path: Path, found: list[Escape]) -> list[Escape]:
    """What nobody could decide is decided where an example of the inner schema is refused by the outer one."""
    if all(escape.decided or escape.path != path for escape in found) or not found:
        return found
    refuted = any(inner.is_valid(value) and not outer.is_valid(value) for value in inner.examples)
    return [replace(each, decided=True) if refuted and each.path == path else each for each in found]


def _listed(form: Form, outer: Schema, path: Path) -> Iterator[Escape]:
    escaping = tuple(islice((value for value in form.values or () if not outer.is_valid(value)), _SHOWN))
    if not escaping:
        return
    keyword = next((word for word in ("enum", "const") if any(True for _ in form.says(word))), "type")
    yield Escape(
        Kind.VALUES, keyword, path, form.where(keyword), outer.where(keyword),
        next(form.says(keyword), MISSING), outer.keyword(keyword), values=escaping,
    )  # fmt: skip
