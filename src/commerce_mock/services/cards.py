"""Test cards: what becomes of a payment by the number of its card (decisions page, Test cards)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fate:
    """`refused` is the code of a decline at once; else the payment is accepted and fails later, stays, or completes."""

    refused: str | None = None
    reason: str | None = None
    error_code: str | None = None
    stays: bool = False


COMPLETES = Fate()
FATES = {
    "4000000000000002": Fate(refused="PAY_001"),
    "4000000000009995": Fate(refused="PAY_002"),
    "4000000000000341": Fate(reason="Insufficient funds", error_code="INSUFFICIENT_FUNDS"),
    "4000000000000069": Fate(reason="Expired card", error_code="EXPIRED_CARD"),
    "4000000000000119": Fate(reason="Processing error", error_code="PROCESSING_ERROR"),
    "4000000000000259": Fate(stays=True),
}
# Cards that everybody knows: nobody's secret.
PUBLISHED = {**FATES, "4111111111111111": COMPLETES, "4242424242424242": COMPLETES}


def fate(number: str | None) -> Fate:
    """What becomes of a payment with this card, or with none."""
    return FATES.get(number or "", COMPLETES)
