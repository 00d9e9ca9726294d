"""What a form lets through that a site of another schema refuses, where it is no matter of what is inside."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from commerce_contract.changes.equality import AROUND, Equality, Place, words
from commerce_contract.changes.escape import Escape, Kind, Path
from commerce_contract.changes.form import NUMBERS, Form, exact
from commerce_contract.checks.features import ASSERTED
from commerce_contract.document import Node
from commerce_contract.schema import MISSING

_WIDER: Final = {
    "email": {"idn-email"},
    "hostname": {"idn-hostname"},
    "uri": {"uri-reference", "iri", "iri-reference"},
    "uri-reference": {"iri-reference"},
    "iri": {"iri-reference"},
}
"""Format to the formats that accept all that it accepts."""
_ANY_TEXT: Final = frozenset({"", ".*", "^", "$", "^.*"})
_COUNTS: Final = (
    ("string", "minLength", "maxLength"),
    ("array", "minItems", "maxItems"),
    ("object", "minProperties", "maxProperties"),
)
_OPAQUE: Final = (
    ("not",), ("if", "then", "else"), ("contains", "minContains", "maxContains"), ("propertyNames",),
    ("dependentRequired",), ("dependentSchemas",), ("unevaluatedItems",), ("unevaluatedProperties",), ("prefixItems",),
    ("additionalItems",), ("dependencies",), ("$dynamicRef",), ("$recursiveRef",),
)  # fmt: skip


def scalars(form: Form, site: Node, path: Path) -> Iterator[Escape]:
    """The ways out through one site, types and listed values apart."""
    escape = partial(_escape, form, site, path)
    if form.atoms & NUMBERS:
        yield from _numbers(form, site, escape)
    if "string" in form.atoms:
        yield from _patterns(form, site, escape)
        yield from _formats(form, site, escape)
    for atom, low, high in _COUNTS:
        if atom in form.atoms:
            yield from _counts(form, site, low, high, escape)
    if "array" in form.atoms and site.get("uniqueItems") is True and True not in form.says("uniqueItems"):
        most = form.fewest("maxItems")
        if most is None or most > 1:
            yield escape("uniqueItems")


def opaque(equality: Equality, form: Form, place: Place, path: Path) -> Iterator[Escape]:
    """The keywords that nobody compares but by whether the same stands on the other side."""
    said = words(place.node)
    for keywords in _OPAQUE:
        if not any(keyword in said for keyword in keywords):
            continue
        library = form.schema.compiler.library
        known = AROUND.isdisjoint(keywords) and any(
            equality.part(Place(library, site), place, keywords) for site in form.sites
        )
        if not known:
            keyword = next(keyword for keyword in keywords if keyword in said)
            yield _escape(form, place.node, path, keyword, decided=False)


def _escape(form: Form, site: Node, path: Path, keyword: str, *, decided: bool = True) -> Escape:
    inner, outer = next(form.says(keyword), MISSING), site.value.get(keyword, MISSING)
    places = form.where(keyword), site.below(keyword).location
    return Escape(Kind.RULE, keyword, path, *places, inner, outer, decided=decided)


Maker = Callable[..., Escape]


def _numbers(form: Form, site: Node, escape: Maker) -> Iterator[Escape]:
    for sign, names in ((1, ("minimum", "exclusiveMinimum")), (-1, ("maximum", "exclusiveMaximum"))):
        least = form.least(sign)
        for excluded, name in enumerate(names):
            limit = exact(site.get(name))
            if limit is not None:
                wanted = form.stepped((sign * limit, bool(excluded)))
                if least is None or least < wanted:
                    yield escape(name)
    step = exact(site.get("multipleOf"))
    if step:
        steps = [*form.steps, *([exact(1)] if "fraction" not in form.atoms else [])]
        if not any(own is not None and (own / step).denominator == 1 for own in steps):
            yield escape("multipleOf")


def _counts(form: Form, site: Node, low: str, high: str, escape: Maker) -> Iterator[Escape]:
    wanted, allowed = site.get(low), site.get(high)
    least, most = form.most(low), form.fewest(high)
    if low == "minProperties":
        least = max(least, len(form.required))
        most = min(len(form.declared), len(form.declared) if most is None else most) if form.closed else most
    if isinstance(wanted, int) and least < wanted:
        yield escape(low, decided=not form.narrowed)
    if isinstance(allowed, int) and (most is None or most > allowed):
        yield escape(high, decided=not form.narrowed)


def _patterns(form: Form, site: Node, escape: Maker) -> Iterator[Escape]:
    pattern = site.get("pattern")
    if isinstance(pattern, str) and pattern not in _ANY_TEXT and pattern not in form.says("pattern"):
        yield escape("pattern", decided=not form.narrowed)


def _formats(form: Form, site: Node, escape: Maker) -> Iterator[Escape]:
    wanted = site.get("format")
    if wanted not in ASSERTED:
        return
    own = [each for each in form.says("format") if each in ASSERTED]
    if not any(each == wanted or wanted in _WIDER.get(each, ()) for each in own):
        narrower = any(each in _WIDER.get(str(wanted), ()) for each in own)
        yield escape("format", decided=narrower or not form.narrowed)
