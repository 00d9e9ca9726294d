"""JSON for programs, annotations and a summary for a workflow."""

import json
import re
from pathlib import Path

import jsonschema

from commerce_conformance.reports import machine
from commerce_conformance.runner import Run

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/conformance.schema.json").read_text())


def test_the_json_is_what_its_schema_says(run: Run) -> None:
    told = json.loads(machine.report(run, ["auth[a]: b"]))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(told, SCHEMA)
    assert told["conforms"] is False
    assert told["created"] == ["orders/order-1"]
    (first, *_) = told["findings"]
    assert (first["law"], first["operation"], first["verdict"]) == ("lifecycle", "orders.cancel", "fail")
    assert first["failures"][0]["file"] == "openapi/orders.yaml"
    assert first["failures"][0]["requests"][0]["status"] == 200
    assert told["findings"][3]["missing"][0] == {"reason": "no token", "hook": "give --token"}


def test_a_run_that_only_mended_something_does_not_conform() -> None:
    run = Run((), (), 0, 0.0)
    assert json.loads(machine.report(run))["conforms"] is True
    assert json.loads(machine.report(run, ["a"]))["conforms"] is False


def test_annotations_stand_at_their_place(run: Run) -> None:
    lines = list(machine.annotations(run, ["auth[orders.get]: told"]))
    assert lines[0] == (
        "::error file=openapi/orders.yaml,line=42,title=lifecycle[orders.cancel]::"
        "a shipped order is not cancelled, 100%25: expected 409 ORDER_004, got 200"
    )
    assert lines[-2] == "::error title=auth[orders.list]::the suite itself failed"
    assert lines[-1] == "::error title=baseline::auth[orders.get]: told: mended, but still listed as known"
    assert all(re.match(r"::error [^\n]*::[^\n]+\Z", line) for line in lines)


def test_a_summary_is_a_table_in_markdown(run: Run) -> None:
    lines = machine.summary(run, ["auth[x]: y"]).splitlines()
    assert lines[0] == "## The platform does not conform to its contract"
    assert lines[2:5] == ["| | lifecycle | auth |", "|---|---|---|", "| `orders.cancel` | ✗ | ~ |"]
    assert "- **lifecycle[orders.cancel]** a shipped order is not cancelled, 100%" in lines
    assert lines[-1] == "- auth[x]: y: mended, but still listed as known"
    assert machine.summary(Run((), (), 0, 0.0)).startswith("## The platform conforms")
