"""Unions whose variant follows from a tag.

Tags are closed, so that a variant is never mistaken for another, and one variant more is for those of a later contract.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from commerce_cli.generate.names import unused
from commerce_cli.generate.shapes import Kind, Member, Model, Named, ObjectModel, Scalar, UnionModel, Words

_UNKNOWN: Final = "commerce_sdk._union.Unknown"
_TOLD: Final = "A variant that is newer than this client: it keeps whatever the service sent."


def with_tags(models: Mapping[Named, Model]) -> dict[Named, Model]:
    """The definitions, every union tagged that can be."""
    done = dict(models)
    for name, model in models.items():
        if isinstance(model, UnionModel):
            _tag(done, name, model)
    return done


def _tag(done: dict[Named, Model], name: Named, union: UnionModel) -> None:
    variants = {each: done[each] for each in union.variants if isinstance(each, Named)}
    objects = {each: model for each, model in variants.items() if isinstance(model, ObjectModel)}
    if len(objects) < len(union.variants):
        done[name] = replace(union, tag=None)
        return
    tags = [union.tag] if union.tag else [member.wire for member in next(iter(objects.values())).members]
    found = next(((tag, values) for tag in tags if (values := _values(objects, tag, union))), None)
    if found is None:
        done[name] = replace(union, tag=None)
        return
    tag, values = found
    for each, model in objects.items():
        done[each] = _closed(model, tag, tuple(value for value, variant in values.items() if variant == each))
    taken = {each.name for each in done if each.module == name.module}
    unknown = Named(name.module, unused(f"Unknown{name.name}", taken))
    done[unknown] = ObjectModel((Member(tag, Scalar(Kind.STRING), required=True),), _TOLD, _UNKNOWN)
    done[name] = replace(union, tag=tag, values=values, unknown=unknown)


def _values(objects: Mapping[Named, ObjectModel], tag: str, union: UnionModel) -> dict[str, Named]:
    """Which value of the tag means which variant; nothing where it does not tell them apart."""
    values: dict[str, Named] = {}
    for name, model in objects.items():
        mapped = [value for value, variant in union.mapping.items() if variant == name.name]
        for value in mapped or _listed(model.member(tag), name, is_declared=union.tag is not None):
            if values.setdefault(value, name) != name:
                return {}
    return values if set(values.values()) == set(objects) else {}


def _listed(member: Member | None, name: Named, *, is_declared: bool) -> Iterable[str]:
    """The values that a variant lists for its tag, or the name that a discriminator without a mapping means."""
    if member is not None and isinstance(member.shape, Words) and (is_declared or member.required):
        return member.shape.values
    return (name.name,) if is_declared else ()


def _closed(model: ObjectModel, tag: str, values: tuple[str, ...]) -> ObjectModel:
    """The variant with its tag held to the values that mean it."""
    shape = Words(values, is_open=False)
    members = tuple(replace(member, shape=shape) if member.wire == tag else member for member in model.members)
    if model.member(tag) is None:
        members = (Member(tag, shape, required=True), *members)
    return replace(model, members=members)
