"""The ways to print what changed between two contracts, by name."""

from collections.abc import Callable, Mapping
from typing import Final

from commerce_cli.contract_diff_machine import github_report, json_report
from commerce_cli.contract_diff_text import markdown_report, text_report
from commerce_cli.contract_difference import Difference

REPORTS: Final[Mapping[str, Callable[[Difference], str]]] = {
    "text": text_report,
    "json": json_report,
    "markdown": markdown_report,
    "github": github_report,
}

__all__ = ["REPORTS", "Difference"]
