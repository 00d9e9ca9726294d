"""The ways to print a checked contract, by name."""

from collections.abc import Mapping
from typing import Final

from commerce_cli.contract_machine import GITHUB, JSON
from commerce_cli.contract_text import TEXT
from commerce_cli.report import Report

REPORTS: Final[Mapping[str, Report]] = {"text": TEXT, "json": JSON, "github": GITHUB}
