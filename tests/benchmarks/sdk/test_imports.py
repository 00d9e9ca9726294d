"""What `-X importtime` writes becomes milliseconds, and the client is imported and called in fresh processes."""

import pytest

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.gates import GATES
from benchmarks.sdk import imports as measured
from benchmarks.sdk.imports import heavy, importing, imports

START = """\
import time: self [us] | cumulative | imported package
import time:       226 |        226 |   _io
import time:       912 |       2379 | site
"""
SHOP = """\
import time:       169 |        169 |   warnings
import time:      1000 |       1169 | shop
import time:       331 |        331 | shop.client
"""


def test_all_that_is_imported_after_the_start_counts_once() -> None:
    assert importing(START + SHOP) == 1.5


def test_a_site_that_a_library_imports_is_not_the_interpreters() -> None:
    assert importing(START + SHOP + "import time:       500 |        500 | site\n") == 2.0


@pytest.mark.parametrize("output", [START, SHOP, ""])
def test_output_without_an_import_is_told(output: str) -> None:
    with pytest.raises(BenchmarkError, match="tells of no import after site"):
        importing(output)


def test_heavy_modules_are_counted_and_the_client_brings_none(bench: Bench) -> None:
    assert heavy(bench, "commerce_sdk") == 0
    assert heavy(bench, "httpx, pydantic") == 2


def test_every_gate_on_imports_is_about_a_figure_that_is_measured(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "PEERS", ("json",))
    statements = {name: text for name, text in measured.STATEMENTS.items() if name in {"sdk", "class"}}
    monkeypatch.setattr(measured, "STATEMENTS", {**statements, "json": "import json"})
    figures = {figure.key: figure for figure in imports(bench)}
    assert {gate.figure for gate in GATES if gate.figure.startswith("sdk.import.")} <= set(figures)
    assert figures["sdk.import.time"].reference is None
    peer, call = figures["sdk.import.json"], figures["sdk.import.call"]
    assert peer.reference is not None
    assert peer.subject == figures["sdk.import.time"].subject
    assert call.reference is not None
    assert call.subject.median > peer.subject.median
