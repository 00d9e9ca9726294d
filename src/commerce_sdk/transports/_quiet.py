"""httpcore's debug log without what it shows of messages: an answer's headers, and header values that it refuses."""

import logging
from contextvars import ContextVar
from typing import Final

ours: Final[ContextVar[bool]] = ContextVar("commerce_sdk_sends", default=False)
"""Whether the running code sends a request of this package: the log of other users of httpcore stays as it is."""


def _conceal(record: logging.LogRecord) -> bool:
    if ours.get():
        record.msg = str(record.msg).partition(" ")[0]
    return True


logging.getLogger("httpcore.http11").addFilter(_conceal)
