"""A world written down as a scenario: what another one begins with to go on from here."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from commerce_mock.clock import timestamp
from commerce_mock.delivery import pending
from commerce_mock.events import LOG, from_log
from commerce_mock.problems import Problem
from commerce_mock.scenario import PRIVATE
from commerce_mock.settlement import delay_said
from commerce_mock.stored import Value

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction

MOST: Final = 100_000  # resources and events: a scenario is for people to read, and for files that editors open
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE: Final = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def saved(tx: "Transaction") -> dict[str, Any]:
    """The scenario that a world is now: its time, resources, events, faults and rules, and what the mock alone knows.

    Secrets are left out, but for the verification tokens, which users have by mail. Raises Problem CONFLICT where the
    world is too large for a file of this kind, or deliveries are on their way, of which it says nothing.
    """
    world = tx.world
    count = sum(tx.store.count(name) for name in (*world.behaviour.resources, LOG))
    if count > MOST:
        raise Problem("CONFLICT", f"The world has {count} resources and events, and a scenario {MOST} at most.")
    underway = len(pending(tx.store))
    if underway:
        detail = "which a scenario cannot say: release or drop them, or export the world."
        raise Problem("CONFLICT", f"The world has {underway} deliveries on their way, {detail}")
    content: dict[str, Any] = {"clock": timestamp(world.clock.now())}
    said = delay_said(tx)
    if said is not None:
        content["settlement"] = said
    for collection in world.behaviour.resources:
        items = list(_resources(tx, collection))
        if items:
            content[collection] = items
    listed = {
        "events": list(_events(tx)),
        "faults": [fault.order() for fault in world.faults.active],
        "delivery_rules": [rule.order() for rule in world.delivery_rules.active],
    }
    return {**content, **{name: items for name, items in listed.items() if items}}


def _resources(tx: "Transaction", collection: str) -> Iterator[Value]:
    know = tx.world.behaviour.saved.get(collection)
    hidden = know(tx) if know is not None else None
    for stored in reversed(list(tx.newest(collection))):
        private = hidden(stored) if hidden is not None else {}
        yield {**stored.value, **({PRIVATE: private} if private else {})}


def _events(tx: "Transaction") -> Iterator[Value]:
    """What happened, to be told the same again: `data` is what the resource, as it is now, does not say.

    An event that came from outside is left out where that would be another one.
    """
    for entry in tx.store.oldest(LOG):
        event = from_log(entry)
        if event.told is not None and not event.told.known:
            continue
        about = tx.get(event.about.resource.collection, event.about.key) or event.about
        made = tx.world.behaviour.payload(event.event, about.resource).make(about.value, event.time)
        before: Mapping[str, Any] = made.get("data", {})
        data = {name: value for name, value in event.payload.get("data", {}).items() if before.get(name) != value}
        if event.told is not None and {**made, "data": {**before, **data}} != event.payload:
            continue
        shown = {
            "type": event.type,
            "resource": f"{about.resource.collection}/{about.key}",
            "time": timestamp(event.time),
        }
        yield {**shown, "data": data} if data else shown


def scenario_yaml(content: Mapping[str, Any]) -> str:
    """A scenario as a YAML file: the values as JSON, which every reader of YAML reads the same."""
    lines: list[str] = []
    for name, value in content.items():
        if not isinstance(value, list):
            lines.append(f"{_name(name)}: {_json(value)}")
            continue
        lines.append(f"{_name(name)}:" if value else f"{_name(name)}: []")
        for item in value:
            members = [f"{_name(key)}: {_json(member)}" for key, member in item.items()] or ["{}"]
            lines += [f"  {'-' if index == 0 else ' '} {member}" for index, member in enumerate(members)]
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) and name.lower() not in _WORDS else _json(name)


def _json(value: Any) -> str:
    """JSON on one line; YAML takes some characters for breaks, and others for no text at all."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
