"""Problem codes: which there are, and how each is answered."""

from collections.abc import Iterator, Mapping

from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.model import ProblemType


def compare_problems(
    concern: Concern, old: Mapping[str, ProblemType], new: Mapping[str, ProblemType]
) -> Iterator[Finding]:
    """What changed about the problems of one operation, or of those that belong to none."""
    for code in dict.fromkeys((*old, *new)):
        before, after = old.get(code), new.get(code)
        if before is None and after is not None:
            what = f"the problem code `{code}` is new, with {after.status}"
            yield Finding("problem-added", what, concern, new=after.location, detail=code)
        elif after is None and before is not None:
            what = f"the problem code `{code}` is gone, which came with {before.status}"
            yield Finding("problem-removed", what, concern, old=before.location, detail=code)
        elif before is not None and after is not None:
            places = before.location, after.location
            if before.status != after.status:
                what = f"the problem code `{code}` comes with {after.status}, and came with {before.status}"
                yield Finding("problem-moved", what, concern, *places, code)
            if before.type != after.type:
                what = f"the `type` of the problem `{code}` is {after.type}, and was {before.type}"
                yield Finding("problem-type-changed", what, concern, *places, code)
