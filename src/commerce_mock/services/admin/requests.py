"""The journal: requests that came, whether they are those that were expected, and why they were answered so."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import filter as matching
from itertools import islice, takewhile
from typing import Any

from commerce_contract import Contract
from commerce_mock import disclosure, explaining
from commerce_mock.call import Answer, Call
from commerce_mock.journal import Entry, Journal
from commerce_mock.listing import envelope
from commerce_mock.nearest import nearest
from commerce_mock.problems import Problem, at
from commerce_mock.transaction import Transaction
from commerce_mock.verifying import Pattern, in_order, times

MOST = 100  # how many ids of requests an answer of `verify` has


def journal(tx: Transaction, call: Call) -> Answer:
    """The requests of this world, newest first, that are as the parameters say."""
    said = {name: value for name, value in call.query.items() if name not in {"limit", "offset", "since"}}
    kept, contract = tx.world.journal, tx.world.behaviour.contract
    offset, limit = call.query["offset"], call.query["limit"]
    since = call.query.get("since")
    if not said and since is None:
        page, total = list(islice(kept.newest(offset), limit)), len(kept)
    else:
        pattern = _pattern(contract, said, "/query")
        after = _number(kept, since, "/query/since", whole=False)
        entries = takewhile(lambda entry: entry.number > after, kept.newest())
        found = [entry for entry in entries if not pattern.differences(entry, contract)]
        page, total = found[offset : offset + limit], len(found)
    content = envelope(call, [_listed(tx, entry) for entry in page], total)
    return Answer({**content, "evicted": kept.evicted})


def request(tx: Transaction, call: Call) -> Answer:
    """One request with what it said and caused."""
    entry = _entry(tx, call)
    contract = tx.world.behaviour.contract
    return Answer(
        {
            **_listed(tx, entry),
            "role": entry.role,
            "query": disclosure.query(entry, contract),
            "body": disclosure.body(entry, contract),
            "answer": disclosure.answer(entry, contract),
            "events": [event.id for event in explaining.caused(tx, entry)],
        }
    )


def explain(tx: Transaction, call: Call) -> Answer:
    """Why a request was answered as it was."""
    entry = _entry(tx, call)
    return Answer({"request": _listed(tx, entry), **explaining.explain(tx, entry)})


def count(tx: Transaction, call: Call) -> Answer:
    """How many requests are as the body says."""
    said = dict(call.body)
    entries = _since(tx.world.journal, said.pop("since", None))
    contract = tx.world.behaviour.contract
    pattern = _pattern(contract, said)
    return Answer({"count": sum(pattern.covers(entry, contract) for entry in entries)})


def verify(tx: Transaction, call: Call) -> Answer:
    """Whether requests came as the body says: how often, and in which order."""
    said = dict(call.body)
    contract = tx.world.behaviour.contract
    expected, steps = times(said.pop("times", None)), said.pop("order", [])
    entries = _since(tx.world.journal, said.pop("since", None))
    pattern = _pattern(contract, said)
    patterns = [_pattern(contract, step, f"/order/{index}") for index, step in enumerate(steps)]
    found = [entry for entry in entries if pattern.covers(entry, contract)]
    ordered = in_order(patterns, entries, contract)
    enough, complete = expected.allow(len(found)), len(ordered) == len(patterns)
    content: dict[str, Any] = {
        "verified": enough and complete,
        "found": len(found),
        "expected": str(expected),
        "requests": [entry.id for entry in found[:MOST]],
    }
    lacking = None
    if steps:
        content["order"] = {"found": [entry.id for entry in ordered], "missing": None if complete else len(ordered)}
        lacking = None if complete else patterns[len(ordered)]
    if not enough and len(found) < (expected.at_least or 0):
        lacking = pattern
    content["nearest"] = [] if lacking is None else [_missed(*miss) for miss in lacking.near(entries, contract)]
    return Answer(content)


def _missed(entry: Entry, differences: Iterable[Any]) -> dict[str, Any]:
    return {
        "request": entry.id,
        "operation": entry.operation,
        "path": entry.document()["path"],
        "differences": [difference.document() for difference in differences],
    }


def _listed(tx: Transaction, entry: Entry) -> dict[str, Any]:
    shown = {**entry.document(), "user": entry.user, "fault": entry.fault}
    if entry.operation is None:
        near = nearest(tx.world.behaviour.contract, entry.service, entry.method, entry.path)
        if near is not None:
            meant = near.operation
            operation = {"operation": meant.name, "method": meant.method, "path": meant.path}
            shown["nearest"] = {**operation, "reason": near.reason}
    return shown


def _entry(tx: Transaction, call: Call) -> Entry:
    identifier, kept = call.path["request"], tx.world.journal
    entry = kept.find(identifier)
    if entry is None:
        if kept.forgot(identifier):
            raise _evicted(kept, f"{identifier} is one of them.")
        raise Problem("NOT_FOUND", f"There is no request {identifier} in the world {tx.world.name}.")
    return entry


def _since(kept: Journal, since: str | None) -> list[Entry]:
    """The requests after `since`, oldest first. Raises Problem CONFLICT where some of them are forgotten."""
    after = _number(kept, since, "/since", whole=True)
    return [entry for entry in kept.entries if entry.number > after]


def _number(kept: Journal, since: str | None, pointer: str, *, whole: bool) -> int:
    """The number of the request after which to look; `whole` history is asked for where there is none."""
    if since is None:
        if whole and kept.evicted:
            raise _evicted(kept, "What came of them cannot be told: say `since` a request that is still kept.")
        return -1
    entry = kept.find(since)
    if entry is None:
        if kept.forgot(since):
            raise _evicted(kept, f"{since} is one of them: say `since` a later one.")
        raise at("NOT_FOUND", pointer, f"There is no request {since}.")
    return entry.number


def _evicted(kept: Journal, detail: str) -> Problem:
    oldest = next(iter(kept.entries)).id
    return Problem(
        "CONFLICT", f"The journal has forgotten its {kept.evicted} oldest requests; it begins with {oldest}. {detail}"
    )


def _pattern(contract: Contract, said: Mapping[str, Any], pointer: str = "") -> Pattern:
    """The pattern that is asked for. Raises Problem VALIDATION_ERROR where it is of an operation that is not there."""
    name = said.get("operation")
    if name is not None and not matching(contract.operations, name):
        raise at("VALIDATION_ERROR", f"{pointer}/operation", "".join(_unknown(contract, name)))
    return Pattern(said)


def _unknown(contract: Contract, name: str) -> Iterator[str]:
    yield f"names no operation of the contract: {name!r}"
    for close in get_close_matches(name, contract.operations, 1):
        yield f"; did you mean {close}?"


RULES = {
    "admin.journal": journal,
    "admin.request": request,
    "admin.count_requests": count,
    "admin.verify_requests": verify,
    "admin.explain_request": explain,
}
