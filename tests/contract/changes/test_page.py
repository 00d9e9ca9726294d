"""The page about `commerce-contract diff` lists every rule, as the code has it."""

import re
from pathlib import Path

from commerce_contract.changes import RULES, Rule

PAGE = Path(__file__).parents[3] / "docs" / "diff.md"
BREAKS: dict[tuple[str, ...], str] = {("safe",): "nobody", ("undecided",): "undecided"}


def row(rule: Rule) -> str:
    breaks = BREAKS.get(rule.classes, ", ".join(rule.classes))
    return f"| `{rule.id}` | {rule.sentence} | {breaks} | {rule.reason} |"


def test_the_page_lists_every_rule_under_its_heading_and_no_other() -> None:
    _, *sections = re.split(r"^### ", PAGE.read_text().partition("\n## The rules\n")[2], flags=re.MULTILINE)
    told = {section.partition("\n")[0]: re.findall(r"^\| `.*", section, re.MULTILINE) for section in sections}
    expected: dict[str, list[str]] = {}
    for rule in RULES.values():
        expected.setdefault(rule.about, []).append(row(rule))
    assert told == expected
