"""The mock's own controls as their document shows them: a valid request for each, and what has to be there before."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from commerce_contract import Operation

if TYPE_CHECKING:
    from harness.stage import Stage

DOCUMENT = Path(__file__).parents[2] / "openapi" / "mock-admin.yaml"
CONTROL = "admin."
Prepare = Callable[["Stage"], Mapping[str, str]]


@cache
def _document() -> Any:
    return yaml.load(DOCUMENT.read_text(encoding="utf-8"), yaml.CSafeLoader)


def example_body(operation: Operation) -> Any:
    """The first body that the document shows; None where it takes none."""
    said = _said(operation).get("requestBody")
    if said is None:
        return None
    (content,) = said["content"].values()
    return next(iter(content["examples"].values()))["value"]


def example_ids(operation: Operation) -> dict[str, str]:
    """What the document shows for each parameter of the path."""
    return {each["name"]: str(_shown(each)) for each in _parameters(operation) if each["in"] == "path"}


def _said(operation: Operation) -> Any:
    return _document()["paths"][operation.path][operation.method.lower()]


def _parameters(operation: Operation) -> Iterator[Any]:
    for each in (*_document()["paths"][operation.path].get("parameters", ()), *_said(operation).get("parameters", ())):
        reference = each.get("$ref", "")
        if reference.startswith("#/components/parameters/"):
            yield _document()["components"]["parameters"][reference.rpartition("/")[2]]
        elif not reference:
            yield each


def _shown(parameter: Any) -> Any:
    if "example" in parameter:
        return parameter["example"]
    return next(iter(parameter["examples"].values()))["value"]


def _another_world(stage: "Stage") -> Mapping[str, str]:
    stage.platform.post("admin", "/__admin/worlds/default/fork", {"name": "w1"})
    return {"world": "w1"}


def _a_fault(stage: "Stage") -> Mapping[str, str]:
    made = stage.platform.post("admin", "/__admin/faults", {"fault": "reset", "operation": "orders.create"})
    return {"fault_id": made.json["id"]}


def _a_delivery(stage: "Stage") -> Mapping[str, str]:
    stage.platform.post("admin", "/__admin/delivery-rules", {"effect": "hold", "receiver": "notifications"})
    stage.platform.order(stage.john)
    return {"delivery_id": "delivery-1"}


def _a_delivery_rule(stage: "Stage") -> Mapping[str, str]:
    made = stage.platform.post("admin", "/__admin/delivery-rules", {"effect": "drop", "receiver": "notifications"})
    return {"rule_id": made.json["id"]}


def _a_recording(stage: "Stage") -> Mapping[str, str]:
    stage.platform.post("admin", "/__admin/recordings/start")
    return {}


def _a_request(stage: "Stage") -> Mapping[str, str]:
    stage.platform.get("admin", "/__admin/clock")
    return {}


def _a_snapshot(stage: "Stage") -> Mapping[str, str]:
    made = stage.platform.post("admin", "/__admin/snapshots", {"name": "before"})
    return {"snapshot": made.json["name"]}


def _a_schedule(stage: "Stage") -> Mapping[str, str]:
    stage.platform.send("admin", "PUT", "/__admin/schedule", {})
    return {}


# What a control needs before it can be asked for, and the ids that come of it; every other one works as it is shown.
PREPARED: Mapping[str, Prepare] = {
    "admin.settle": lambda stage: {"payment_id": stage.processing()},
    "admin.delete_world": _another_world,
    "admin.request": _a_request,
    "admin.explain_request": _a_request,
    "admin.rewind": _a_request,
    "admin.restore_snapshot": _a_snapshot,
    "admin.delete_snapshot": _a_snapshot,
    "admin.stop_recording": _a_recording,
    "admin.fault": _a_fault,
    "admin.delete_fault": _a_fault,
    "admin.delivery_rule": _a_delivery_rule,
    "admin.delete_delivery_rule": _a_delivery_rule,
    "admin.deliveries": _a_delivery,
    "admin.release_deliveries": _a_delivery,
    "admin.release_delivery": _a_delivery,
    "admin.drop_delivery": _a_delivery,
    "admin.drop_deliveries": _a_delivery,
    "admin.schedule": _a_schedule,
    "admin.delete_schedule": _a_schedule,
}
