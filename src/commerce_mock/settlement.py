"""When the outcome of a payment comes: after a time, after some reads, or by hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from commerce_mock.clock import DAY, SECOND, parse_duration, parse_time, timestamp
from commerce_mock.coding import Coding, UnreadableError
from commerce_mock.problems import at
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction

OUTCOME: Final = "payments.outcome"
SETTLEMENT: Final = "/settlement"
READS: Final = "/settlement/reads"
LONGEST: Final = 366 * DAY
MOST_READS: Final = 1_000_000
_DELAY: Final = "delay"
_DUE: Final = "due"
_LEFT: Final = "reads"
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_READS: Final = re.compile(r"reads:([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Delay:
    """What a payment waits for: so many milliseconds, or so many reads of it; with neither for `settle`."""

    milliseconds: int | None = None
    reads: int | None = None


@lru_cache(maxsize=256)
def parse_delay(given: float | str) -> Delay:
    """The delay that is meant: seconds (`1.5`), a duration (`2s`), `immediate`, `manual` or `reads:3`.

    Raises ValueError for what is none of these, for more than 366 days, and for more than a million reads.
    """
    text = str(given)
    if text == "manual":
        return Delay()
    reads = _READS.fullmatch(text)
    if reads and int(reads[1]) <= MOST_READS:
        return Delay(reads=int(reads[1]))
    try:
        passing = 0 if text == "immediate" else _milliseconds(text)
    except ValueError:
        passing = LONGEST + 1
    if passing > LONGEST:
        message = f"{text[:40]!r} is no delay: give immediate, manual, reads:3, or seconds or a duration up to 366 days"
        raise ValueError(message)
    return Delay(passing)


def _milliseconds(text: str) -> int:
    return int(float(text) * SECOND) if _NUMBER.fullmatch(text) else parse_duration(text)


def delay_said(tx: Transaction) -> str | None:
    """What new payments of a world wait for, where that was said of this world."""
    said: str | None = tx.store.recall(SETTLEMENT, _DELAY)
    return said


def delay_of(tx: Transaction) -> str:
    """What new payments of a world wait for: as was said of the world itself, else as the mock was started."""
    return str(delay_said(tx) or tx.world.settings.payment_delay)


def set_delay(tx: Transaction, given: str) -> None:
    """Let the payments that are made from now on wait for something else. Raises ValueError."""
    parse_delay(given)
    tx.store.remember(SETTLEMENT, _DELAY, given)


def expect(tx: Transaction, payment: str) -> None:
    """Let the outcome of a new payment come when it is time."""
    delay = parse_delay(tx.store.recall(SETTLEMENT, _DELAY) or tx.world.settings.payment_delay)
    if delay.reads is not None:
        tx.store.remember(READS, payment, delay.reads)
    elif delay.milliseconds is not None:
        tx.schedule(tx.now + delay.milliseconds, OUTCOME, payment)


def expect_again(tx: Transaction, payment: Stored) -> None:
    """Let the outcome of a scenario's payment come: its `private` part says when it is `due`, or after which `reads`.

    With neither it waits to be settled by hand. Raises Problem VALIDATION_ERROR.
    """
    due, reads = payment.hidden.get(_DUE), payment.hidden.get(_LEFT)
    if due is not None:
        try:
            tx.schedule(parse_time(due), OUTCOME, payment.key)
        except (TypeError, ValueError, OverflowError):
            raise at("VALIDATION_ERROR", f"/private/{_DUE}", f"{due!r} is not an ISO 8601 time") from None
    if reads is not None:
        if type(reads) is not int or not 0 < reads <= MOST_READS:
            raise at("VALIDATION_ERROR", f"/private/{_LEFT}", f"{reads!r} is no number of reads from 1 on")
        tx.store.remember(READS, payment.key, reads)


def expected(tx: Transaction) -> Callable[[str], Value]:
    """Tells of each payment that waits for its outcome what `expect_again` is to know."""
    due = {orjson.loads(packed)[0]: time for time, _, name, packed in tx.store.timers() if name == OUTCOME}

    def tell(payment: str) -> Value:
        told: Value = {_DUE: timestamp(due[payment])} if payment in due else {}
        left = tx.store.recall(READS, payment)
        return {**told, _LEFT: left} if left else told

    return tell


def is_last_read(tx: Transaction, payment: str) -> bool:
    """Count a read of a payment that waits for reads; whether it was the last one that it waits for."""
    left: int | None = tx.store.recall(READS, payment)
    if not left:
        return False
    tx.store.remember(READS, payment, left - 1)
    return left == 1


def _read(_: Transaction, value: Any) -> str:
    try:
        parse_delay(value)
    except (TypeError, ValueError) as error:
        raise UnreadableError(("", str(error))) from None
    return str(value)


CODING: Final = Coding(str, _read)
