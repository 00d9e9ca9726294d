"""What `commerce-contract check` prints for people."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import typer

from commerce_cli.report import Report, count, shown_path
from commerce_contract import Action, Contract, ContractError, Fault, Location, Operation


def _text_faults(error: ContractError) -> str:
    blocks = [_text_fault(error.root, fault) for fault in error.faults]
    files = len({fault.location.file for fault in error.faults})
    total = f"{count(len(error.faults), 'fault')} in {count(files, 'file')}."
    return "\n\n".join([*blocks, typer.style(total, bold=True)])


def _text_fault(root: Path, fault: Fault) -> str:
    place, path = fault.location, shown_path(root, fault.location.file)
    head = typer.style(f"{path}:{place.line}:{place.column}", bold=True)
    lines = [f"{head}  {typer.style(f'#{place.pointer}', dim=True)}"]
    lines.append(f"  {typer.style('fault', fg='red', bold=True)}  {fault.message}")
    lines += _excerpt(root / place.file, place)
    lines.append(f"  {typer.style('fix', fg='green', bold=True)}    {fault.hint}")
    return "\n".join(lines)


def _excerpt(path: Path, place: Location) -> list[str]:
    """The line that the fault stands in, with a caret below it; nothing where the file has no such line."""
    try:
        line = path.read_text(encoding="utf-8-sig").splitlines()[place.line - 1].replace("\t", " ")
    except (OSError, UnicodeDecodeError, IndexError):
        return []
    gutter = f"{place.line:>6} | "
    return (
        [gutter + line.rstrip(), " " * (len(gutter) - 2) + "| " + " " * (place.column - 1) + "^"]
        if line.strip()
        else []
    )


def _text_summary(contract: Contract) -> str:
    counts = (
        count(len(contract.services), "service"),
        count(len(contract.operations), "operation"),
        count(len(contract.resources), "resource"),
        count(len(contract.events), "event"),
    )
    blocks = [typer.style(f"No fault in {contract.root}: {', '.join(counts)}.", fg="green", bold=True)]
    blocks += [_table(head, rows) for head, rows in _tables(contract) if rows]
    blocks += ["\n".join(["Notes:", *(f"  {note}" for note in contract.notes)])] if contract.notes else []
    return "\n\n".join(blocks)


def _tables(contract: Contract) -> Iterable[tuple[Sequence[str], list[Sequence[str]]]]:
    yield (
        ("SERVICE", "PORT", "OPERATIONS", "DOCUMENTS"),
        [
            (service.name, str(service.port or "-"), str(len(service.operations)), ", ".join(service.documents))
            for service in contract.services.values()
        ],
    )
    yield (
        ("OPERATION", "REQUEST", "DOES", "EMITS", "PROBLEMS"),
        [
            (
                each.name,
                f"{each.method} {each.path}",
                _does(each),
                ", ".join(each.emits) or "-",
                str(len(each.problems)),
            )
            for each in contract.operations.values()
        ],
    )
    yield (
        ("RESOURCE", "COLLECTION", "KEY", "OWNER", "UNIQUE", "STATES"),
        [
            (
                each.name,
                each.collection,
                f"{each.key}: {each.id_pattern}",
                each.owner or "-",
                ", ".join(each.unique) or "-",
                " ".join(each.lifecycle.transitions) if each.lifecycle else "-",
            )
            for each in contract.resources.values()
        ],
    )
    yield (
        ("EVENT", "CHANNEL", "FROM", "TO"),
        [
            (each.type, each.channel, each.service, ", ".join(each.receivers) or "-")
            for each in contract.events.values()
        ],
    )


def _does(operation: Operation) -> str:
    if operation.resource is None:
        return "-"
    target = operation.moves_to or (f"what `{operation.moves_by}` says" if operation.moves_by else "")
    verb = "is about" if operation.action is Action.NONE else operation.action
    return f"{verb} {operation.resource.name}{f' to {target}' if target else ''}"


def _table(head: Sequence[str], rows: list[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]
    ]
    return "\n".join([typer.style(lines[0], dim=True), *lines[1:]])


TEXT: Final = Report(_text_faults, _text_summary)
