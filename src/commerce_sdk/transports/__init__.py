"""What carries requests: a transport of one's own is given to a client as `Commerce(transport=HttpxTransport(...))`.

The default, with other settings, and one for each library that comes with an extra. Each is imported when it is first
used, and its library with it; without the extra that is an `ImportError` that names it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from commerce_sdk._transport import AsyncHttpxTransport as AsyncHttpxTransport
    from commerce_sdk._transport import HttpxTransport as HttpxTransport
    from commerce_sdk.transports.aiohttp import AiohttpTransport as AiohttpTransport
    from commerce_sdk.transports.pyreqwest import AsyncPyreqwestTransport as AsyncPyreqwestTransport
    from commerce_sdk.transports.pyreqwest import PyreqwestTransport as PyreqwestTransport

_HOMES: Final = {
    "AiohttpTransport": "commerce_sdk.transports.aiohttp",
    "AsyncHttpxTransport": "commerce_sdk._transport",
    "AsyncPyreqwestTransport": "commerce_sdk.transports.pyreqwest",
    "HttpxTransport": "commerce_sdk._transport",
    "PyreqwestTransport": "commerce_sdk.transports.pyreqwest",
}

__all__ = (
    "AiohttpTransport",
    "AsyncHttpxTransport",
    "AsyncPyreqwestTransport",
    "HttpxTransport",
    "PyreqwestTransport",
)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
