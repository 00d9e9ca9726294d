"""What `commerce-contract check` prints for programs and for workflows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from commerce_cli.report import Report, count, shown_path
from commerce_contract import Contract, ContractError, Event, Fault, Operation, Resource, Service


def _json(content: Mapping[str, Any]) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def _json_faults(error: ContractError) -> str:
    faults = [
        {
            "file": str(shown_path(error.root, fault.location.file)),
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
    return _json(
        {
            "ok": True,
            "contract": str(contract.root),
            "faults": [],
            "services": [_service(service) for service in contract.services.values()],
            "operations": [_operation(operation) for operation in contract.operations.values()],
            "resources": [_resource(resource) for resource in contract.resources.values()],
            "events": [_event(event) for event in contract.events.values()],
            "notes": list(contract.notes),
        }
    )


def _service(service: Service) -> Mapping[str, Any]:
    return {"name": service.name, "port": service.port or None, "documents": list(service.documents)}


def _operation(operation: Operation) -> Mapping[str, Any]:
    return {
        "name": operation.name,
        "service": operation.service,
        "method": operation.method,
        "path": operation.path,
        "resource": operation.resource and operation.resource.collection,
        "action": operation.action,
        "moves_to": operation.moves_to,
        "moves_by": operation.moves_by,
        "secured": operation.secured,
        "statuses": sorted(operation.responses),
        "problems": {code: problem.status for code, problem in operation.problems.items()},
        "emits": list(operation.emits),
    }


def _resource(resource: Resource) -> Mapping[str, Any]:
    return {
        "name": resource.name,
        "service": resource.service,
        "collection": resource.collection,
        "key": resource.key,
        "id": resource.id_pattern,
        "owner": resource.owner,
        "unique": dict(resource.unique),
        "transitions": resource.lifecycle and dict(resource.lifecycle.transitions),
    }


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "type": event.type,
        "service": event.service,
        "channel": event.channel,
        "receivers": list(event.receivers),
    }


def _github_faults(error: ContractError) -> str:
    return "\n".join(_annotation(error.root, fault) for fault in error.faults)


def _annotation(root: Path, fault: Fault) -> str:
    """A workflow command of GitHub Actions; it reads the escapes back."""
    place = fault.location
    file = _escape(str(shown_path(root, place.file))).replace(":", "%3A").replace(",", "%2C")
    text = _escape(f"{fault.message} (#{place.pointer})\n{fault.hint}")
    return f"::error file={file},line={place.line},col={place.column},title=commerce-contract::{text}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_summary(contract: Contract) -> str:
    return f"::notice title=commerce-contract::No fault in {count(len(contract.operations), 'operation')}"


JSON: Final = Report(_json_faults, _json_summary)
GITHUB: Final = Report(_github_faults, _github_summary)
