"""Each rule of the table, on the smallest change that it is for; and nothing else is found there."""

from pathlib import Path

import pytest

from commerce_contract import Contract, load
from commerce_contract.changes import RULES, Breaks, Sureness, compare
from contract.changes.http_cases import HTTP_CASES
from contract.changes.platform_cases import PLATFORM_CASES
from contract.changes.shops import MAIL, SHOP, shop, written
from contract.changes.value_cases import VALUE_CASES

CASES = {**HTTP_CASES, **PLATFORM_CASES, **VALUE_CASES}


@pytest.fixture(scope="module")
def before() -> Contract:
    return load(SHOP)


def found(old: Contract, new: Contract) -> set[str]:
    """The rules of what changed; those of words if there are no others."""
    comparison = compare(old, new)
    return {change.rule.id for change in comparison.changes or comparison.texts}


@pytest.mark.parametrize("case", CASES)
def test_a_change_and_its_opposite_are_found_by_their_rules_alone(case: str, tmp_path: Path, before: Contract) -> None:
    edits, forth, back = CASES[case]
    after = shop(tmp_path, *edits)
    assert found(before, after) == forth
    assert found(after, before) == back


def test_a_service_that_comes_or_goes_is_told(tmp_path: Path, before: Contract) -> None:
    (written(tmp_path) / MAIL).unlink()
    after = load(tmp_path)
    changes = found(before, after), found(after, before)
    assert changes == (
        {"service-removed", "receiver-removed"},
        {"service-added", "receiver-added"},
    )


def test_every_rule_has_a_change_that_shows_it() -> None:
    shown = {"service-added", "service-removed"}.union(*(forth | back for _, forth, back in CASES.values()))
    assert set(RULES) - shown == set()


def test_every_rule_says_what_why_and_whom() -> None:
    for rule in RULES.values():
        assert rule.sentence[0].isupper() or rule.sentence[0] == "`"
        assert rule.reason.endswith(".")
        assert rule.classes
        assert (rule.breaks is Breaks.NOBODY) == (rule.classes[0] in {"safe", "undecided"})
        assert (rule.sureness is Sureness.UNDECIDED) == (rule.classes == ("undecided",))
