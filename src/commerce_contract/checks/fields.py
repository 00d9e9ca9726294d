"""Our documents carry no field that OpenAPI, AsyncAPI or JSON Schema does not know: it would silently mean nothing."""

from difflib import get_close_matches

from commerce_contract.checks.subject import Subject
from commerce_contract.checks.vocabulary import article
from commerce_contract.grammar import ANY

_HINTS = {
    "nullable": 'Write it as a type: `type: [string, "null"]`',
    "$id": "Refer to it by file and JSON pointer",
    "$anchor": "Refer to it by file and JSON pointer",
}


def check(subject: Subject) -> None:
    """Find fields that their object does not have."""
    for found in subject.objects:
        if found.node.document not in subject.reading.ours or ANY in found.fields or found.kind == "map":
            continue
        for key in found.node.value:
            if key in found.fields or key.startswith("x-"):
                continue
            node = found.node.below(key)
            if found.kind == "reference":
                subject.reading.fault(node, f"`{key}` beside $ref means nothing", "Move it to where the $ref leads")
                continue
            close = get_close_matches(key, found.fields, n=1)
            hint = _HINTS.get(key) or (f"Did you mean `{close[0]}`?" if close else "Remove it, or correct its name")
            subject.reading.fault(node, f"{article(found.kind)} has no field `{key}`", hint)
