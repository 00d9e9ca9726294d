"""Our keys stand where they mean something, and no other `x-` key stands in our documents."""

from difflib import get_close_matches

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.vocabulary import KEYS

_SHARED = "/components/schemas"
_MISSPELT = 0.85  # of 1: a letter lost or a word in the plural, not another word


def check(subject: Subject) -> None:
    """Find unknown and misplaced `x-` keys.

    A foreign document may carry the keys of other tools, but not misspelt ones of ours.
    """
    for found in subject.objects:
        for key in filter(_is_extension, found.node.value):
            node = found.node.below(key)
            if key not in KEYS:
                _unknown(subject, key, node)
            elif KEYS[key] != found.kind:
                hint = f"Write it on {_WHERE[KEYS[key]]}"
                subject.reading.fault(node, f"`{key}` says nothing about {article(found.kind)}", hint)
            elif key == "x-resource" and found.node.pointer.rpartition("/")[0] != _SHARED:
                subject.reading.fault(
                    node, "`x-resource` stands on a schema without a name", f"Move it below {_SHARED}"
                )


def _is_extension(key: str) -> bool:
    return key.startswith("x-")


_WHERE = {"schema": "a schema", "operation": "an operation"}


def article(kind: str) -> str:
    """A kind of object as the subject of a sentence."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"


def _unknown(subject: Subject, key: str, node: Node) -> None:
    close = get_close_matches(key, KEYS, n=1, cutoff=_MISSPELT)
    if node.document in subject.reading.ours or close:
        hint = f"Did you mean `{close[0]}`?" if close else f"Remove it; the keys are {', '.join(KEYS)}"
        subject.reading.fault(node, f"unknown key `{key}`", hint)
