"""Resources and their lifecycles: what the platform's keys say of what is stored."""

from collections.abc import Iterator, Mapping

from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.scope import Scope
from commerce_contract.model import Lifecycle, Resource


def compare_resources(scope: Scope) -> Iterator[Finding]:
    """What changed about what is stored. The same collection, or the same schema of the same service, is the same."""
    old, new = scope.old.contract.resources, scope.new.contract.resources
    renamed = dict(_renamed(scope, old, new))
    for collection, resource in old.items():
        concern = scope.concern(f"resource {resource.name}", resource.service)
        after = new.get(renamed.get(collection, collection))
        if after is None:
            yield Finding("resource-removed", f"`{resource.name}` is stored no more", concern, old=resource.location)
        else:
            yield from _resource(concern, resource, after)
    for collection, resource in new.items():
        if collection not in old and collection not in renamed.values():
            concern = scope.concern(f"resource {resource.name}", resource.service)
            yield Finding("resource-added", f"`{resource.name}` is stored", concern, new=resource.location)


def _renamed(scope: Scope, old: Mapping[str, Resource], new: Mapping[str, Resource]) -> Iterator[tuple[str, str]]:
    names = {
        (scope.old_name(each.service), each.name): collection
        for collection, each in new.items()
        if collection not in old
    }
    for collection, each in old.items():
        if collection not in new and (found := names.get((each.service, each.name))) is not None:
            yield collection, found


def _resource(concern: Concern, old: Resource, new: Resource) -> Iterator[Finding]:
    places = old.location, new.location
    name = new.name
    for rule, what, before, after in (
        ("collection-renamed", "the collection", old.collection, new.collection),
        ("key-changed", "the key", old.key, new.key),
        ("id-changed", "the form of keys", old.id_pattern, new.id_pattern),
        ("ownership-changed", "the owner", old.owner, new.owner),
    ):
        if before != after:
            text = f"{what} of `{name}` is {_word(after)}, and was {_word(before)}"
            yield Finding(rule, text, concern, *places)
    for field in dict.fromkeys((*old.unique, *new.unique)):
        before, after = old.unique.get(field), new.unique.get(field)
        if before is None:
            what = f"no two of `{name}` may share `{field}`: {_word(after)}"
            yield Finding("uniqueness-added", what, concern, *places, field)
        elif after is None:
            what = f"several of `{name}` may share `{field}`, which was {_word(before)}"
            yield Finding("uniqueness-removed", what, concern, *places, field)
        elif before != after:
            what = f"the code for a `{field}` of `{name}` that is taken is {_word(after)}, and was {_word(before)}"
            yield Finding("uniqueness-code-changed", what, concern, *places, field)
    yield from _lifecycles(concern, old, new)


def _word(value: str | None) -> str:
    return f"`{value}`" if value else "nothing"


def _lifecycles(concern: Concern, old: Resource, new: Resource) -> Iterator[Finding]:
    before, after = old.lifecycle, new.lifecycle
    if before is None and after is not None:
        what = f"`{new.name}` has a lifecycle, in `{new.state}`"
        yield Finding("lifecycle-added", what, concern, old.location, after.location)
    elif after is None and before is not None:
        what = f"`{new.name}` has no lifecycle any more, which was in `{old.state}`"
        yield Finding("lifecycle-removed", what, concern, before.location, new.location)
    elif before is not None and after is not None:
        yield from _lifecycle(concern, new.name, before, after)


def _lifecycle(concern: Concern, name: str, old: Lifecycle, new: Lifecycle) -> Iterator[Finding]:
    places = old.location, new.location
    if old.initial != new.initial:
        what = f"`{name}` starts as `{new.initial}`, and started as `{old.initial}`"
        yield Finding("initial-state-changed", what, concern, *places)
    for state in old.transitions:
        if state not in new.transitions:
            yield Finding("state-removed", f"`{name}` is never `{state}` any more", concern, *places, state)
    for state in new.transitions:
        if state not in old.transitions:
            yield Finding("state-added", f"`{name}` may be `{state}`", concern, *places, state)
    before, after = ({(state, target) for state, targets in each.transitions.items() for target in targets}
                     for each in (old, new))  # fmt: skip
    for state, target in sorted(before ^ after):
        what = f"`{name}` may go from `{state}` to `{target}`"
        if (state, target) in after:
            yield Finding("transition-added", what, concern, *places, f"{state} {target}")
        else:
            yield Finding("transition-removed", f"{what} no more", concern, *places, f"{state} {target}")
