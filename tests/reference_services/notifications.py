"""The notification service: it hears of everything, and tells the users."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from reference_services.consumer import Reaction

HEARD: Final = (
    "user_created",
    "user_verified",
    "order_created",
    "order_confirmed",
    "payment_completed",
    "payment_failed",
)


class Notifier:
    """Sends messages; here it only counts them, by event type. Lives as long as the service."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    async def notify(self, payload: Mapping[str, Any]) -> None:
        """Tell the user."""
        self.sent[payload["event_type"]] += 1

    def reactions(self) -> Mapping[str, Reaction]:
        """What it does with each event."""
        return dict.fromkeys(HEARD, self.notify)
