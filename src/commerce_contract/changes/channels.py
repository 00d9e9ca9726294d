"""Channels, and the brokers that hold them."""

from collections.abc import Iterator, Mapping

from commerce_contract.changes.equality import written
from commerce_contract.changes.finding import Finding
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.side import Side
from commerce_contract.document import Node
from commerce_contract.model import Channel, Contract, Event

_ADDRESS = ("host", "protocol", "protocolVersion", "pathname", "security", "bindings", "variables")


def channel_of(contract: Contract, event: Event) -> str:
    """The name of the channel that an event travels on; its address where no channel has the name."""
    names = (each.name for each in contract.channels if each.service == event.service and event.type in _types(each))
    return next(names, event.channel)


def _types(channel: Channel) -> frozenset[str]:
    return frozenset(channel.messages.values())


def compare_channels(scope: Scope) -> Iterator[Finding]:
    """What changed about channels and brokers."""
    old = {(each.service, each.name): each for each in scope.old.contract.channels}
    new = {(scope.old_name(each.service), each.name): each for each in scope.new.contract.channels}
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        concern = scope.concern(f"channel {key[1]}", key[0], "asyncapi")
        if before is None and after is not None:
            yield Finding("channel-added", f"the channel `{key[1]}` is new", concern, new=after.location)
        elif after is None and before is not None:
            yield Finding("channel-removed", f"the channel `{key[1]}` is gone", concern, old=before.location)
        elif before is not None and after is not None:
            places = before.location, after.location
            if before.address != after.address:
                what = f"the channel `{key[1]}` is at {after.address}, and was at {before.address}"
                yield Finding("channel-moved", what, concern, *places)
            if before.bindings != after.bindings:
                what = f"the bindings of the channel `{key[1]}` are others"
                yield Finding("channel-bindings-changed", what, concern, *places)
    yield from _brokers(scope)


def _brokers(scope: Scope) -> Iterator[Finding]:
    old = dict(_listed(scope.old))
    new = {(scope.old_name(service), name): node for (service, name), node in _listed(scope.new)}
    for key in dict.fromkeys((*old, *new)):
        service, name = key
        before, after = old.get(key), new.get(key)
        concern = scope.concern(f"broker {name} of {service}", service, "asyncapi")
        if before is None and after is not None:
            yield Finding("broker-added", f"the broker `{name}` is new", concern, new=after.location, detail=name)
        elif after is None and before is not None:
            yield Finding("broker-removed", f"the broker `{name}` is gone", concern, old=before.location, detail=name)
        elif before is not None and after is not None:
            places = before.location, after.location
            was, now = _address(scope.old, before), _address(scope.new, after)
            if was != now:
                yield Finding("broker-moved", f"the broker `{name}` is reached otherwise", concern, *places)


def _listed(side: Side) -> Iterator[tuple[tuple[str, str], Node]]:
    for service, document in side.speaking("asyncapi"):
        for name, node in side.members(document.root.below("servers")).items():
            yield (service.name, name), node


def _address(side: Side, node: Node) -> Mapping[str, str]:
    return {key: written(side.plain(node.below(key))) for key in _ADDRESS if node.get(key) is not None}
