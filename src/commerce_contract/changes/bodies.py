"""Bodies of requests."""

from collections.abc import Iterator

from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.schemas import Usage, compare_schemas
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.side import Side
from commerce_contract.model import Operation


def compare_bodies(scope: Scope, concern: Concern, old: Operation, new: Operation) -> Iterator[Finding]:
    """What changed about the body of one operation's requests."""
    concern = concern.named(f"{concern.name} request")
    before, after = old.body, new.body
    if before is None and after is not None:
        rule, now = ("required-body-added", "must have") if after.required else ("body-added", "may have")
        yield Finding(rule, f"requests of `{new.name}` {now} a body", concern, old.location, after.location)
    elif after is None and before is not None:
        what = f"requests of `{new.name}` have no body any more"
        yield Finding("body-removed", what, concern, before.location, new.location)
    elif before is not None and after is not None:
        places = before.location, after.location
        if before.required != after.required:
            rule, now = ("body-required", "must") if after.required else ("body-optional", "need not")
            yield Finding(rule, f"requests of `{new.name}` {now} have a body", concern, *places)
        kinds = [_media_types(side, operation) for side, operation in ((scope.old, old), (scope.new, new))]
        for kind in kinds[1] - kinds[0]:
            what = f"the body of `{new.name}` may be {kind}"
            yield Finding("request-media-type-added", what, concern, *places, kind)
        for kind in kinds[0] - kinds[1]:
            what = f"the body of `{new.name}` may be {kind} no more"
            yield Finding("request-media-type-removed", what, concern, *places, kind)
        yield from compare_schemas(scope, Usage.REQUEST, concern, before.schema, after.schema)


def _media_types(side: Side, operation: Operation) -> set[str]:
    body = side.follow(side.node(operation.location).below("requestBody"))
    return set(body.get("content") or ())
