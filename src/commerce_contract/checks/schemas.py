"""Every schema is itself valid JSON Schema: its keywords have the right types, its patterns compile."""

from typing import Final

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.wording import wording

_METASCHEMA: Final = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
_TYPES: Final = "array, boolean, integer, null, number, object, string"


def check(subject: Subject) -> None:
    """Find keywords that JSON Schema does not allow to stand like that."""
    judge = Draft202012Validator(_METASCHEMA, validate_formats=True)
    for found in subject.of_kind("schema"):
        for error in judge.iter_errors(found.node.value):
            if isinstance(error.kind, ValidationErrorKind.Type) and "boolean" in error.kind.types[:1]:
                continue  # no schema at all: walking the document says so
            place = found.node.below(*map(str, error.instance_path))
            subject.reading.fault(place, *_explain(place, error))


def _explain(place: Node, error: ValidationError) -> tuple[str, str]:
    keyword = place.name
    if keyword == "type":
        return f"`{place.value}` is no JSON type", f"Write one of {_TYPES}"
    if keyword in {"pattern", "patternProperties"}:
        what = "the pattern" if keyword == "pattern" else f"a name in `{keyword}`"
        return f"{what} is no regular expression", "Correct it: JSON Schema reads those of ECMA-262"
    return f"`{keyword}` {wording(error.kind)}", "Correct it as JSON Schema 2020-12 says"
