"""Mutants that no law finds, each with the reason: what is said in prose alone, or what no caller can bring about."""

from collections.abc import Mapping
from typing import Final

SURVIVORS: Final[Mapping[str, str]] = {
    "currency_forgotten": "The document shows one currency, and a service may refuse others that fit the pattern.",
    "payment_of_confirmation_lost": "Only prose says that a move keeps `paymentId`, and a real service may look it up.",
    "check_digit_not_checked": "Only prose says that a card's last digit checks the others; the schema is a pattern.",
    "durations_in_milliseconds": "How long a request took inside a service is seen by nobody else.",
}
