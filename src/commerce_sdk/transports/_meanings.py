"""What can become of a request that is not answered, in this package's errors: the same for every transport.

Each transport has one table that says which of these its library's exceptions are.
"""

import asyncio
import os
import ssl
from dataclasses import dataclass
from typing import Final

from commerce_sdk._errors import (
    BadResponseError,
    ConnectionFailedError,
    InvalidRequestError,
    RequestTimeoutError,
    TlsError,
    TransportError,
)
from commerce_sdk._message import Request
from commerce_sdk.transports._wire import cut


@dataclass(frozen=True, slots=True)
class Meaning:
    """One such end. `sent` is False only where surely nothing of the request reached the service."""

    error: type[TransportError]
    sent: bool
    text: str

    def of(self, request: Request, reason: str = "no reason was given") -> TransportError:
        """The error, to be raised outside of any `except`: so the library's own goes, and its secrets with it."""
        text = self.text.format(place=cut(request)[0], reason=reason)
        return self.error(text, operation=request.operation.name, sent=self.sent)


UNTRUSTED: Final = Meaning(TlsError, sent=False, text="no trusted connection to {place}: {reason}")
UNREACHED: Final = Meaning(
    ConnectionFailedError, sent=False, text="cannot connect to {place}: {reason}. Is the service running there?"
)
REFUSED_BY_PROXY: Final = Meaning(ConnectionFailedError, sent=False, text="no way to {place}: the proxy says {reason}")
UNREACHED_IN_TIME: Final = Meaning(RequestTimeoutError, sent=False, text="no connection to {place} in time")
NONE_FREE_IN_TIME: Final = Meaning(
    RequestTimeoutError, sent=False, text="all connections to {place} were in use; none was free in time"
)
NOT_TAKEN_IN_TIME: Final = Meaning(
    RequestTimeoutError, sent=True, text="{place} did not take the whole request in time"
)
UNANSWERED_IN_TIME: Final = Meaning(RequestTimeoutError, sent=True, text="no whole answer from {place} in time")
BROKEN: Final = Meaning(
    ConnectionFailedError, sent=True, text="the connection to {place} broke before the answer was whole: {reason}"
)
NOT_HTTP: Final = Meaning(BadResponseError, sent=True, text="what {place} answered is not HTTP")
NOT_DECODED: Final = Meaning(
    BadResponseError, sent=True, text="the body that {place} answered is not encoded as its Content-Encoding says"
)


def root_of(failure: BaseException) -> str:
    """What the operating system, or TLS, said below all wrapping."""
    root = failure
    while (inner := _below(root)) is not None:
        root = inner
    return _said(root) or "no reason was given"


def _below(failure: BaseException) -> BaseException | None:
    grouped: tuple[BaseException, ...] = getattr(failure, "exceptions", ())  # as where several addresses were tried
    return failure.__cause__ or (grouped[0] if grouped else None)


def _said(root: BaseException) -> str:
    if isinstance(root, ssl.SSLError):
        return getattr(root, "verify_message", "") or getattr(root, "reason", "") or str(root)
    if isinstance(root, OSError) and root.errno is not None:  # asyncio puts other words into `strerror`
        return os.strerror(root.errno) if root.errno > 0 else root.strerror or ""
    return str(root)


def closed(request: Request) -> InvalidRequestError:
    """The error for a request to a transport that was closed."""
    name = request.operation.name
    return InvalidRequestError(f"{name}: the transport is closed; make a new client.", operation=name)


def asyncio_only(request: Request) -> None:
    """Raise `InvalidRequestError` where another kind of event loop runs."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        name = request.operation.name
        error = InvalidRequestError(
            f"{name}: this transport works under asyncio only; use the default.", operation=name
        )
    else:
        return
    raise error
