"""The suite on an implementation of its own: nothing is found in it, and nearly each of its faults is."""

import logging
from collections.abc import Iterator

import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import dependencies
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Credentials, Settings
from conformance.faults import outcomes
from conformance.faults.running import killer, run
from conformance.faults.survivors import SURVIVORS
from conformance.faults.table import PAGE, written
from harness.brokers import valkey
from harness.platform import contract
from harness.reference import SECRET, processes
from reference_services.faults import FAULTS

ENOUGH = 0.95
KNOWN = outcomes.known()
FOUND = [fault for fault in FAULTS if KNOWN[fault].laws]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server.url


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault may crash a service, which logs that: here it is no news."""
    monkeypatch.setattr(logging.getLogger("reference_services.problems"), "disabled", True)


def test_services_that_keep_the_contract_conform(redis: str) -> None:
    found = run(redis, None).findings
    wrong = [each for each in found if each.verdict in {Verdict.FAILED, Verdict.BROKEN}]
    assert [(each.key, each.failures, each.fault) for each in wrong] == []
    # What is left says that nothing of this platform leads there, and never that a hook is missing.
    assert [hook for each in found for _, hook in each.missing if "hooks" in hook] == []


@pytest.mark.parametrize("fault", FOUND)
def test_a_fault_is_found_by_a_law_that_is_recorded_for_it(redis: str, fault: str) -> None:
    assert killer(redis, fault, KNOWN[fault].laws) is not None, FAULTS[fault]


def test_nearly_all_faults_are_found_and_the_others_have_a_reason() -> None:
    assert KNOWN.keys() == FAULTS.keys()
    assert set(FAULTS) - set(FOUND) == set(SURVIVORS)
    assert len(FOUND) / len(FAULTS) >= ENOUGH


def test_the_page_says_what_was_found() -> None:
    assert PAGE.read_text("utf-8") == written(KNOWN)


def test_services_whose_processes_are_ended_and_started_keep_the_contract(redis: str) -> None:
    arguments = ("--breaker-timeout", "1", "--payment-delay", "0.1")
    with processes(redis, *arguments, apart=True) as services:
        told = Settings(services.urls, Credentials(secret=SECRET), hooks=services.outages())
        made = Suite(contract(), told, laws=[dependencies.LAW])
        found = made.run().findings
        made.close()
    assert {each.verdict: [*each.failures, *each.missing] for each in found} == {Verdict.PASSED: []}
