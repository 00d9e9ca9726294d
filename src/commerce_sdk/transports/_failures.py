"""What httpcore raises, and what it means: the one table for it.

A kept connection that the server closes at the very moment of sending is `BROKEN`: httpcore looks whether it is still
open before each use, but between that look and the server's there is no certainty, so the request may have been
processed. So is a proxy that breaks off while it makes a tunnel, which cannot be told from the service doing so.
"""

from typing import Final

import httpcore

from commerce_sdk._errors import CommerceError
from commerce_sdk._message import Request
from commerce_sdk.transports import _meanings as meanings
from commerce_sdk.transports._deadline import HandshakeError
from commerce_sdk.transports._wire import refused_header

_MEANINGS: Final[dict[type[Exception], meanings.Meaning]] = {
    HandshakeError: meanings.UNTRUSTED,
    httpcore.ConnectError: meanings.UNREACHED,
    httpcore.ProxyError: meanings.REFUSED_BY_PROXY,
    httpcore.ConnectTimeout: meanings.UNREACHED_IN_TIME,
    httpcore.PoolTimeout: meanings.NONE_FREE_IN_TIME,
    httpcore.WriteTimeout: meanings.NOT_TAKEN_IN_TIME,
    httpcore.ReadTimeout: meanings.UNANSWERED_IN_TIME,
    httpcore.WriteError: meanings.BROKEN,
    httpcore.ReadError: meanings.BROKEN,
    httpcore.RemoteProtocolError: meanings.NOT_HTTP,
}
_ENDS: Final = ("Server disconnected", "peer closed connection")  # so begin the texts for a connection that ended early
FAILURES: Final[tuple[type[Exception], ...]] = (*_MEANINGS, httpcore.LocalProtocolError)
"""Whatever httpcore raises for a request that can be made."""


def translated(request: Request, failure: Exception) -> CommerceError:
    """This package's error for one of `FAILURES`."""
    if isinstance(failure, httpcore.LocalProtocolError):
        return refused_header(request)
    said = meanings.root_of(failure)
    if isinstance(failure, httpcore.RemoteProtocolError):  # its other texts repeat what came, and that may be secret
        ended = str(failure).startswith(_ENDS)
        return meanings.BROKEN.of(request, str(failure)) if ended else meanings.NOT_HTTP.of(request)
    return _MEANINGS[type(failure)].of(request, said)
