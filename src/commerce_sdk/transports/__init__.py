"""What carries requests: a transport of one's own is given to a client as `Commerce(transport=HttpxTransport(...))`.

Here is the default one, to be made with other settings. Those of other libraries are in modules of their own,
`commerce_sdk.transports.aiohttp` and `commerce_sdk.transports.pyreqwest`, so that who has none pays for none, in type
checks neither; without their extra they raise an `ImportError` that names it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commerce_sdk._transport import AsyncHttpxTransport as AsyncHttpxTransport
    from commerce_sdk._transport import HttpxTransport as HttpxTransport

__all__ = ("AsyncHttpxTransport", "HttpxTransport")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module("commerce_sdk._transport"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
