"""What `commerce-contract diff` prints for programs and for workflows."""

from collections.abc import Mapping
from typing import Any

import orjson

from commerce_cli.contract_difference import Difference, concerned, sentence
from commerce_contract import Location
from commerce_contract.changes import Change, Sureness


def json_report(difference: Difference) -> str:
    """One object, as `docs/diff.schema.json` describes it."""
    old, new = (side.label for side in difference.sides)
    content = {
        "ok": not difference.breaking,
        "old": old,
        "new": new,
        "counts": dict(difference.counts()),
        "changes": [_change(difference, change) for change in difference.shown],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def _change(difference: Difference, change: Change) -> Mapping[str, Any]:
    return {
        "rule": change.rule.id,
        "classes": list(change.rule.classes),
        "breaking": difference.fails(change),
        "risen": change.risen,
        "what": change.what,
        "reason": change.rule.reason,
        "concerns": list(change.concerns),
        "services": list(change.services),
        "old": _place(change.old),
        "new": _place(change.new),
    }


def _place(place: Location | None) -> Mapping[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column, "pointer": place.pointer}


def github_report(difference: Difference) -> str:
    """Workflow commands of GitHub Actions: errors for what breaks, warnings for what should be looked at, and a total.

    A change stands at its new place where that is a file of the working tree.
    """
    lines = []
    for change in difference.comparison.changes:
        if difference.fails(change):
            lines.append(_annotation(difference, "error", change))
        elif change.announced or change.rule.sureness is Sureness.UNDECIDED:
            lines.append(_annotation(difference, "warning", change))
    return "\n".join([*lines, f"::notice title=commerce-contract diff::{_escape(difference.total())}"])


def _annotation(difference: Difference, level: str, change: Change) -> str:
    old, new = difference.places(change)
    place, working = change.new, difference.sides[1].prefix is None
    where = ""
    if place is not None and new is not None and working:
        file = _escape(new.rpartition(":")[0]).replace(":", "%3A").replace(",", "%2C")
        where = f"file={file},line={place.line},col={place.column},"
    known = "" if where else f" ({new or old})"
    text = _escape(f"{sentence(change.what)}{known}\n{change.rule.reason}\n{concerned(change)}")
    return f"::{level} {where}title=commerce-contract diff: {change.rule.id}::{text}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
