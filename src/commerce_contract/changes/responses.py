"""Declared answers: statuses, media types, headers and content."""

from collections.abc import Collection, Iterator
from typing import Final

from commerce_contract.changes.escape import Path
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.schemas import Usage, compare_schemas
from commerce_contract.changes.scope import Scope
from commerce_contract.document import Node
from commerce_contract.model import Operation, Response
from commerce_contract.responses import FIRST_ERROR, codes_of

_CODE: Final[frozenset[Path]] = frozenset({("code",)})  # which codes there are is told by rules of its own


def compare_responses(
    scope: Scope, concern: Concern, old: Operation, new: Operation, told: Collection[str]
) -> Iterator[Finding]:
    """What changed about the answers of one operation. `told` are problem codes whose fate is told already."""
    for status in dict.fromkeys((*old.responses, *new.responses)):
        before, after = old.responses.get(status), new.responses.get(status)
        named = concern.named(f"{concern.name} {status}")
        kind = "error" if status >= FIRST_ERROR else "success"
        if before is None and after is not None:
            if not _told(after, told):
                what = f"`{new.name}` may answer {status}"
                yield Finding(f"{kind}-added", what, named, old.location, after.location)
        elif after is None and before is not None:
            if not _told(before, told):
                what = f"`{new.name}` answers {status} no more"
                yield Finding(f"{kind}-removed", what, named, before.location, new.location)
        elif before is not None and after is not None:
            yield from _response(scope, named, before, after)


def _told(response: Response, codes: Collection[str]) -> bool:
    own = codes_of(response)
    return bool(own) and all(code in codes for code in own)


def _response(scope: Scope, concern: Concern, old: Response, new: Response) -> Iterator[Finding]:
    places = old.location, new.location
    nodes = scope.old.node(old.location), scope.new.node(new.location)
    kinds = [dict.fromkeys(node.get("content") or ()) for node in nodes]
    if bool(kinds[0]) != bool(kinds[1]):
        rule, now = ("response-body-added", "has") if kinds[1] else ("response-body-removed", "has no")
        yield Finding(rule, f"the answer {now} content", concern, *places)
    else:
        for kind in kinds[1]:
            if kind not in kinds[0]:
                yield Finding("response-media-type-added", f"the answer may be {kind}", concern, *places, kind)
        for kind in kinds[0]:
            if kind not in kinds[1]:
                what = f"the answer may be {kind} no more"
                yield Finding("response-media-type-removed", what, concern, *places, kind)
    yield from _headers(scope, concern, *nodes)
    if old.schema is not None and new.schema is not None:
        skipped = _CODE if codes_of(old) and codes_of(new) else frozenset()
        yield from compare_schemas(scope, Usage.RESPONSE, concern, old.schema, new.schema, but=skipped)


def _headers(scope: Scope, concern: Concern, old: Node, new: Node) -> Iterator[Finding]:
    before = {name.lower(): (name, node) for name, node in scope.old.members(old.below("headers")).items()}
    after = {name.lower(): (name, node) for name, node in scope.new.members(new.below("headers")).items()}
    for key in dict.fromkeys((*before, *after)):
        name = (after.get(key) or before[key])[0]
        if key not in after:
            what = f"the header `{name}` is gone"
            yield Finding("header-removed", what, concern, before[key][1].location, new.location, key)
        elif key not in before:
            node = after[key][1]
            rule = "required-header-added" if node.get("required") is True else "header-added"
            yield Finding(rule, f"the header `{name}` is new", concern, old.location, node.location, key)
        else:
            yield from _header(scope, concern, name, before[key][1], after[key][1])


def _header(scope: Scope, concern: Concern, name: str, old: Node, new: Node) -> Iterator[Finding]:
    required = old.get("required") is True, new.get("required") is True
    if required[0] != required[1]:
        rule, now = ("header-required", "is always there") if required[1] else ("header-optional", "may be missing")
        yield Finding(rule, f"the header `{name}` {now}", concern, old.location, new.location)
    schemas = scope.old.schema(old.below("schema")), scope.new.schema(new.below("schema"))
    named = concern.named(f"{concern.name} header {name}")
    yield from compare_schemas(scope, Usage.RESPONSE, named, *schemas)
