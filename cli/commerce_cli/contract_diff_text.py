"""What `commerce-contract diff` prints for people: in a terminal, and as a changelog."""

from collections.abc import Iterator

import typer

from commerce_cli.contract_difference import Difference, concerned, sentence
from commerce_contract.changes import Change

_COLOURS = {"clients": "red", "services": "red", "undecided": "yellow", "safe": "green"}


def text_report(difference: Difference) -> str:
    """Every change with its rule, its places, what it concerns and why it counts."""
    blocks = []
    for heading, changes in difference.sections():
        colour = _COLOURS[changes[0].rule.classes[0]]
        entries = "\n".join("\n".join(_entry(difference, change)) for change in changes)
        blocks.append(f"{typer.style(heading, fg=colour, bold=True)}\n{entries}")
    return "\n\n".join([*blocks, typer.style(difference.total(), bold=True)])


def _entry(difference: Difference, change: Change) -> Iterator[str]:
    risen = " (its version says so)" if change.announced else ""
    yield f"  {typer.style(sentence(change.what), bold=True)}{risen}"
    old, new = difference.places(change)
    where = change.new or change.old
    pointer = typer.style(f"#{where.pointer}", dim=True) if where else ""
    yield f"    {' -> '.join(filter(None, (old, new)))}  {pointer}"
    yield f"    {typer.style(change.rule.id, dim=True)}  {concerned(change)}"
    yield f"    {change.rule.reason}"


def markdown_report(difference: Difference) -> str:
    """A changelog to paste into a release."""
    old, new = (side.label for side in difference.sides)
    blocks = [f"## Contract changes from `{old}` to `{new}`"]
    for heading, changes in difference.sections():
        entries = "\n".join(f"- {sentence(each.what)} ({_names(each)}) {each.rule.reason}" for each in changes)
        blocks.append(f"### {heading}\n\n{entries}")
    return "\n\n".join([*blocks, difference.total()])


def _names(change: Change) -> str:
    return concerned(change).replace("*", r"\*").replace("_", r"\_")
