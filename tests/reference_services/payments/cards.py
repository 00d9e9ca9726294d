"""What becomes of the test cards."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from reference_services.payments.models import Account, Card
from reference_services.problems import ProblemError

_DECLINED: Final[Mapping[str, tuple[str, str, str]]] = {
    "4000000000000002": ("PAY_001", "The payment method is invalid, or was declined.", "was declined"),
    "4000000000009995": (
        "PAY_002",
        "The payment method has insufficient funds.",
        "was declined for insufficient funds",
    ),
}
_FAILS: Final[Mapping[str, tuple[str, str]]] = {
    "4000000000000341": ("Insufficient funds", "INSUFFICIENT_FUNDS"),
    "4000000000000069": ("Expired card", "EXPIRED_CARD"),
    "4000000000000119": ("Processing error", "PROCESSING_ERROR"),
}
_STAYS: Final = "4000000000000259"


def decline(method: Card | Account) -> None:
    """Raise PAY_001 or PAY_002 where the provider declines a card at once."""
    if isinstance(method, Card) and (declined := _DECLINED.get(method.cardNumber)) is not None:
        code, detail, message = declined
        errors = [("/paymentMethod/cardNumber", message)]
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, errors)


def settles(method: Card | Account) -> bool:
    """Whether the provider will ever say how it went."""
    return not (isinstance(method, Card) and method.cardNumber == _STAYS)


def failure(method: Card | Account) -> tuple[str, str] | None:
    """Reason and code where the provider will say that it failed."""
    return _FAILS.get(method.cardNumber) if isinstance(method, Card) else None
