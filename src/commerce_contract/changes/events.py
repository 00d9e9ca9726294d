"""Events: which there are, what they carry, who sends them and who hears them."""

from collections.abc import Iterator

from commerce_contract.changes.channels import channel_of
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.schemas import Usage, compare_schemas
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.side import Side
from commerce_contract.model import Event


def compare_events(scope: Scope) -> Iterator[Finding]:
    """What changed about the events of all services."""
    old, new = scope.old.contract.events, scope.new.contract.events
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            concern = scope.concern(f"event {name}", after.service, "asyncapi")
            yield Finding("event-added", f"the event `{name}` is new", concern, new=after.location)
        elif after is None and before is not None:
            concern = scope.concern(f"event {name}", before.service, "asyncapi")
            yield Finding("event-removed", f"the event `{name}` is gone", concern, old=before.location)
        elif before is not None and after is not None:
            yield from _event(scope, scope.concern(f"event {name}", after.service, "asyncapi"), before, after)


def _event(scope: Scope, concern: Concern, old: Event, new: Event) -> Iterator[Finding]:
    places = old.location, new.location
    channels = channel_of(scope.old.contract, old), channel_of(scope.new.contract, new)
    if channels[0] != channels[1]:
        what = f"`{new.type}` travels on {channels[1]}, and travelled on {channels[0]}"
        yield Finding("event-moved", what, concern, *places)
    senders = frozenset(scope.renamed.get(each, each) for each in _senders(old)), _senders(new)
    if senders[0] != senders[1]:
        what = f"`{new.type}` comes from {_names(senders[1])}, and came from {_names(senders[0])}"
        yield Finding("event-senders-changed", what, concern, *places)
    receivers = [scope.renamed.get(service, service) for service in old.receivers]
    for service in new.receivers:
        if service not in receivers:
            yield Finding("receiver-added", f"the service `{service}` hears `{new.type}`", concern, *places, service)
    for service in receivers:
        if service not in new.receivers:
            yield Finding(
                "receiver-removed", f"the service `{service}` hears `{new.type}` no more", concern, *places, service
            )
    kinds = _media_type(scope.old, old), _media_type(scope.new, new)
    if kinds[0] != kinds[1]:
        what = f"`{new.type}` is {kinds[1]}, and was {kinds[0]}"
        yield Finding("event-media-type-changed", what, concern, *places)
    yield from _bindings(scope, concern, old, new)
    yield from compare_schemas(scope, Usage.EVENT, concern, old.payload, new.payload)
    yield from _headers(scope, concern, old, new)


def _senders(event: Event) -> frozenset[str]:
    return frozenset(end.service for end in event.ends if end.action == "send")


def _names(services: frozenset[str]) -> str:
    return " and ".join(sorted(services)) or "nobody"


def _media_type(side: Side, event: Event) -> str:
    node = side.node(event.location)
    return node.text("contentType") or node.document.root.text("defaultContentType") or "application/json"


def _bindings(scope: Scope, concern: Concern, old: Event, new: Event) -> Iterator[Finding]:
    """The bindings of the message, then those of each service's end of it."""
    nodes = scope.old.node(old.location), scope.new.node(new.location)
    if scope.old.plain(nodes[0].below("bindings")) != scope.new.plain(nodes[1].below("bindings")):
        places = old.location, new.location
        yield Finding("event-bindings-changed", f"the bindings of `{new.type}` are others", concern, *places)
    ends = {(scope.renamed.get(end.service, end.service), end.action): end for end in old.ends}
    for end in new.ends:
        before = ends.get((end.service, end.action))
        if before is not None and before.bindings != end.bindings:
            what = f"the service `{end.service}` {end.action}s `{new.type}` with other bindings"
            yield Finding("event-bindings-changed", what, concern, before.location, end.location)


def _headers(scope: Scope, concern: Concern, old: Event, new: Event) -> Iterator[Finding]:
    if old.headers is not None and new.headers is not None:
        named = concern.named(f"{concern.name} headers")
        yield from compare_schemas(scope, Usage.EVENT, named, old.headers, new.headers)
    elif new.headers is not None:
        what = f"the headers of `{new.type}` are described"
        yield Finding("event-headers-added", what, concern, old.location, new.headers.location)
    elif old.headers is not None:
        what = f"the headers of `{new.type}` are described no more"
        yield Finding("event-headers-removed", what, concern, old.headers.location, new.location)
