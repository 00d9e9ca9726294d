"""Path, query and header parameters."""

from collections.abc import Iterator, Mapping
from typing import Final

from commerce_contract.changes.fields import differs
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.naming import shown
from commerce_contract.changes.schemas import Usage, compare_schemas
from commerce_contract.changes.scope import Scope
from commerce_contract.conventions import parameter_of, segments
from commerce_contract.model import Operation, Parameter
from commerce_contract.schema import MISSING

IDEMPOTENCY: Final = "idempotency-key"
Key = tuple[str, str]


def compare_parameters(scope: Scope, concern: Concern, old: Operation, new: Operation) -> Iterator[Finding]:
    """What changed about the parameters of one operation."""
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*before, *after)):
        ours, theirs = before.get(key), after.get(key)
        if ours is None and theirs is not None:
            yield _came(concern, theirs)
        elif theirs is None and ours is not None:
            yield _went(concern, ours)
        elif ours is not None and theirs is not None:
            yield from _parameter(scope, concern, ours, theirs)


def _by_key(operation: Operation) -> Mapping[Key, Parameter]:
    """The parameters by what they are on the wire: the name, in a path the segment, in a header whatever its case."""
    positions = {parameter_of(segment): str(index) for index, segment in enumerate(segments(operation.path))}
    found: dict[Key, Parameter] = {}
    for each in operation.parameters:
        name = each.name.lower() if each.place == "header" else each.name
        found[each.place, positions.get(name, name) if each.place == "path" else name] = each
    return found


def _idempotency(parameter: Parameter) -> bool:
    return parameter.place == "header" and parameter.name.lower() == IDEMPOTENCY


def _came(concern: Concern, parameter: Parameter) -> Finding:
    what = f"the {parameter.place} parameter `{parameter.name}` is new"
    rule = "required-parameter-added" if parameter.required else "parameter-added"
    if _idempotency(parameter) and not parameter.required:
        rule, what = "idempotency-added", f"`{concern.name}` takes an `{parameter.name}`"
    return Finding(rule, what, concern, new=parameter.location, detail=concern.name if _idempotency(parameter) else "")


def _went(concern: Concern, parameter: Parameter) -> Finding:
    what = f"the {parameter.place} parameter `{parameter.name}` is gone"
    rule = "parameter-removed"
    if _idempotency(parameter):
        rule, what = "idempotency-removed", f"`{concern.name}` takes no `{parameter.name}` any more"
    return Finding(rule, what, concern, old=parameter.location, detail=concern.name if _idempotency(parameter) else "")


def _parameter(scope: Scope, concern: Concern, old: Parameter, new: Parameter) -> Iterator[Finding]:
    places = old.location, new.location
    what = f"the {new.place} parameter `{new.name}`"
    if old.name != new.name and new.place == "path":
        yield Finding("path-parameter-renamed", f"{what} was called `{old.name}`", concern, *places)
    if old.required != new.required:
        rule, now = ("parameter-required", "must") if new.required else ("parameter-optional", "need not")
        yield Finding(rule, f"{what} {now} be sent", concern, *places)
    if differs(old.schema.default, new.schema.default):
        says = ["nothing" if each is MISSING else shown(each) for each in (new.schema.default, old.schema.default)]
        yield Finding("default-changed", f"the default of {what} is {says[0]}, and was {says[1]}", concern, *places)
    named = concern.named(f"{concern.name} parameter {new.name}")
    yield from compare_schemas(scope, Usage.REQUEST, named, old.schema, new.schema)
