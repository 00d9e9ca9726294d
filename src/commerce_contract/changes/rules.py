"""The table of all rules, by id: `docs/diff.md` shows it."""

from collections.abc import Mapping
from typing import Final

from commerce_contract.changes.http_rules import HTTP_RULES
from commerce_contract.changes.platform_rules import PLATFORM_RULES
from commerce_contract.changes.rule import Rule
from commerce_contract.changes.schema_rules import SCHEMA_RULES

RULES: Final[Mapping[str, Rule]] = {rule.id: rule for rule in (*HTTP_RULES, *SCHEMA_RULES, *PLATFORM_RULES)}
