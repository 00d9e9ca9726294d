"""The suite finds single faults of the mock, and none in the mock without one."""

import logging
import os

import pytest

from commerce_conformance.law import Verdict
from conformance.mutants import MUTANTS
from conformance.mutants.mutant import Mutant
from conformance.mutants.outcomes import rows
from conformance.mutants.running import BY_NAME, findings, killer
from conformance.mutants.survivors import SURVIVORS
from conformance.mutants.table import PAGE, read, written

ENOUGH = 0.98
SEEDS = int(os.environ.get("CONFORMANCE_SEEDS", "3"))  # 20 before a release: each is a whole run
FOUND = [mutant for mutant in MUTANTS if mutant.name not in SURVIVORS]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant may crash the mock, which logs that: here it is no news, for other tests it is."""
    monkeypatch.setattr(logging.getLogger("commerce_mock"), "disabled", True)


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in FOUND])
def test_a_single_fault_is_found(mutant: Mutant) -> None:
    assert killer(mutant) is not None, mutant.fault


def test_nearly_all_faults_are_found_and_survivors_are_known_mutants() -> None:
    assert SURVIVORS.keys() <= {mutant.name for mutant in MUTANTS}
    assert len(FOUND) / len(MUTANTS) >= ENOUGH


def test_no_two_mutants_have_the_same_name_or_the_same_sentence() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) == len({mutant.fault for mutant in MUTANTS})


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_mock_without_a_fault_breaks_no_law(seed: int) -> None:
    wrong = [each for each in findings(None, seed=seed) if each.verdict in {Verdict.FAILED, Verdict.BROKEN}]
    assert [(each.key, each.failures, each.fault) for each in wrong] == []


def test_the_page_has_every_mutant_and_says_which_survive() -> None:
    page = PAGE.read_text("utf-8")
    told = read(page)
    assert list(told) == [mutant.name for mutant in MUTANTS]
    assert {name for name, found in told.items() if not found} == set(SURVIVORS)
    assert page == written(rows())


@pytest.mark.parametrize(
    ("mutant", "law", "message"),
    [
        ("cancelled_not_listed", "lists", "filtered by status, a list has all that are so and no others"),
        ("history_of_everybody", "lists", "a list has nothing that another owner's has"),
        ("refund_whole_stays_partial", "money", "what is taken wholly is refunded"),
        ("phone_wanted", "validation", "what may be left out is not asked: phone"),
        ("long_names_cut", "validation", "what is at its bound is kept whole"),
        ("paid_order_says_too_late", "races", "who came too late is told so"),
        ("failures_are_not_counted", "monitoring", "what is refused is counted too"),
        ("histogram_without_buckets", "monitoring", "the histogram http_request_duration_seconds has buckets"),
    ],
)
def test_a_law_says_what_it_finds(mutant: str, law: str, message: str) -> None:
    broken = next(each for each in MUTANTS if each.name == mutant)
    told = {failure.message for found in findings(broken, [BY_NAME[law]]) for failure in found.failures}
    assert message in told
