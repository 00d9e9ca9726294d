"""What comes back from pyreqwest, answers' headers and exceptions, in this package's terms."""

from typing import Final

from pyreqwest import exceptions
from pyreqwest.response import BaseResponse

from commerce_sdk._errors import CommerceError
from commerce_sdk._message import Request
from commerce_sdk.transports import _meanings as meanings
from commerce_sdk.transports._wire import joined, refused_header

FAILURES: Final = (exceptions.PyreqwestError, ValueError)
"""Whatever pyreqwest raises for a request that can be made, and for headers that make none."""

_CONNECTING: Final = "client error (Connect)"  # among the causes: nothing was sent yet, whatever the exception's name
_UNENCRYPTED: Final = ("tcp connect error", "dns error", "tunnel error", "error connecting to socks")
_CUT_SHORT: Final = "error reading a body from connection"


def headers_of(answer: BaseResponse) -> dict[str, str]:
    try:
        return joined(answer.headers.items())
    except ValueError:  # a value that is not ASCII, which reqwest does not give: such headers are left out
        return joined((name, value) for name in answer.headers for value in _readable(answer, name))


def _readable(answer: BaseResponse, name: str) -> list[str]:
    try:
        return [", ".join(answer.get_header_all(name))]
    except ValueError:
        return []


def translated(request: Request, failure: Exception) -> CommerceError:
    """The error for one of `FAILURES`. Names mislead, as a broken connection is a ConnectError: the causes tell."""
    if not isinstance(failure, exceptions.RequestError):
        return refused_header(request)
    causes = [cause["message"] for cause in failure.details["causes"] or ()]
    said = causes[-1] if causes else failure.message
    if _CONNECTING in causes:
        return _unconnected(causes, secure=request.url.startswith("https:")).of(request, said)
    return _unanswered(failure, causes).of(request, said)


def _unconnected(causes: list[str], *, secure: bool) -> meanings.Meaning:
    if causes[-1].startswith("tunnel error"):
        return meanings.REFUSED_BY_PROXY
    unencrypted = any(cause.startswith(_UNENCRYPTED) for cause in causes)
    return meanings.UNTRUSTED if secure and not unencrypted else meanings.UNREACHED


def _unanswered(failure: exceptions.RequestError, causes: list[str]) -> meanings.Meaning:
    if isinstance(failure, exceptions.PoolTimeoutError):
        return meanings.NONE_FREE_IN_TIME
    if isinstance(failure, exceptions.RequestTimeoutError):
        return meanings.UNANSWERED_IN_TIME
    if _CUT_SHORT in causes or not isinstance(failure, exceptions.DecodeError):
        return meanings.BROKEN
    return meanings.NOT_DECODED if isinstance(failure, exceptions.BodyDecodeError) else meanings.NOT_HTTP
