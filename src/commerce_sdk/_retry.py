"""Whether a failed attempt is made again, and after what time."""

import threading
from collections.abc import Mapping
from typing import Final

from commerce_sdk._clock import Clock
from commerce_sdk._errors import ApiError, CommerceError, TransportError
from commerce_sdk._operation import Operation

_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
_FIRST_DELAY: Final = 0.5
_LONGEST_DELAY: Final = 8.0
_LONGEST_ASKED: Final = 60.0


class RetryBudget:
    """A token bucket of a client: a retry takes one token, a success gives a tenth back. Safe between threads.

    When a service is down, a client with many calls does not multiply them: it soon fails at once.
    """

    def __init__(self, tokens: float = 20.0, refund: float = 0.1) -> None:
        self._capacity = self._tokens = tokens
        self._refund = refund
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more retry may be made; if so, it is paid for."""
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def give_back(self) -> None:
        """A call succeeded."""
        if self._tokens < self._capacity:
            with self._lock:
                self._tokens = min(self._capacity, self._tokens + self._refund)


def is_ambiguous(failure: CommerceError) -> bool:
    """Whether the service may have done what was asked, though it did not say so."""
    return failure.sent if isinstance(failure, TransportError) else isinstance(failure, ApiError)


def may_repeat(operation: Operation, failure: CommerceError) -> bool:
    """Whether the same request may be sent again after this failure without a second effect."""
    if isinstance(failure, ApiError):
        passing = failure.status in _AGAIN
    else:
        # An answer that cannot be read is not better the second time; a certificate neither.
        passing = isinstance(failure, TransportError) and type(failure).passing
    harmless = operation.repeatable or not is_ambiguous(failure)
    return passing and harmless


def delay(failure: CommerceError, attempt: int, clock: Clock) -> float:
    """Seconds to wait after the failed attempt: what the service asked for, else backoff with full jitter."""
    if isinstance(failure, ApiError) and (asked := retry_after(failure.headers, clock)) is not None:
        return asked
    return clock.random() * min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** (attempt - 1))


def retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """What `Retry-After` asks for, in seconds from 0 to 60; None if it asks for nothing that can be read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rarely needed, and slow to import

        try:
            seconds = parsedate_to_datetime(text).timestamp() - clock.time()
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), _LONGEST_ASKED)
