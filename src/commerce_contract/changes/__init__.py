"""What changed between two contracts, whom each change breaks, and why: `compare` is the way in."""

from commerce_contract.changes.compare import Comparison, compare
from commerce_contract.changes.finding import Change
from commerce_contract.changes.rule import Breaks, Rule, Sureness
from commerce_contract.changes.rules import RULES

__all__ = ["RULES", "Breaks", "Change", "Comparison", "Rule", "Sureness", "compare"]
