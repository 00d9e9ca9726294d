"""What `commerce-contract check` prints: for people, for programs, for a workflow."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import typer

from commerce_contract import Contract, ContractError, Fault, Location, Operation


@dataclass(frozen=True, slots=True)
class Report:
    """One way to print a result."""

    faults: Callable[[ContractError], str]
    summary: Callable[[Contract], str]


def _path(root: Path, file: str) -> Path:
    """A document's path as a person or a workflow, in the current directory, would write it."""
    path = root / file
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path


def _text_faults(error: ContractError) -> str:
    blocks = [_text_fault(error.root, fault) for fault in error.faults]
    files = len({fault.location.file for fault in error.faults})
    total = (
        f"{_count(len(error.faults), 'fault')} in {_count(files, 'file')}. Nothing runs from this contract until then."
    )
    return "\n\n".join([*blocks, typer.style(total, bold=True)])


def _text_fault(root: Path, fault: Fault) -> str:
    place, path = fault.location, _path(root, fault.location.file)
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
        _count(len(contract.services), "service"),
        _count(len(contract.operations), "operation"),
        _count(len(contract.resources), "resource"),
        _count(len(contract.events), "event"),
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
    return f"{operation.action} {operation.resource.name}{f' to {target}' if target else ''}"


def _table(head: Sequence[str], rows: list[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]
    ]
    return "\n".join([typer.style(lines[0], dim=True), *lines[1:]])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _json(content: Mapping[str, Any]) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def _json_faults(error: ContractError) -> str:
    faults = [
        {
            "file": str(_path(error.root, fault.location.file)),
            "line": fault.location.line,
            "column": fault.location.column,
            "pointer": fault.location.pointer,
            "message": fault.message,
            "hint": fault.hint,
        }
        for fault in error.faults
    ]
    return _json({"ok": False, "contract": str(error.root), "faults": faults})


def _json_summary(contract: Contract) -> str:
    tables = {
        f"{head[0].lower()}s": [dict(zip((name.lower() for name in head), row, strict=True)) for row in rows]
        for head, rows in _tables(contract)
    }
    return _json({"ok": True, "contract": str(contract.root), "faults": [], **tables, "notes": list(contract.notes)})


def _github_faults(error: ContractError) -> str:
    return "\n".join(_annotation(error.root, fault) for fault in error.faults)


def _annotation(root: Path, fault: Fault) -> str:
    """A workflow command of GitHub Actions; it reads the escapes back."""
    place = fault.location
    file = _escape(str(_path(root, place.file))).replace(":", "%3A").replace(",", "%2C")
    text = _escape(f"{fault.message} ({place.pointer or '/'})\n{fault.hint}")
    return f"::error file={file},line={place.line},col={place.column},title=commerce-contract::{text}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_summary(contract: Contract) -> str:
    return f"::notice title=commerce-contract::No fault in {_count(len(contract.operations), 'operation')}"


REPORTS: Final[Mapping[str, Report]] = {
    "text": Report(_text_faults, _text_summary),
    "json": Report(_json_faults, _json_summary),
    "github": Report(_github_faults, _github_summary),
}
