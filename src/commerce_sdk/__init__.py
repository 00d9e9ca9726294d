"""The typed client of the commerce platform, sync and async: `Commerce` and `AsyncCommerce`.

Everything here is imported when it is first used: neither httpx nor pydantic comes with `import commerce_sdk`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from commerce_sdk import _generated
from commerce_sdk._version import VERSION

if TYPE_CHECKING:
    from commerce_sdk import errors as errors
    from commerce_sdk import events as events
    from commerce_sdk._answer import Answer as Answer
    from commerce_sdk._clock import Clock as Clock
    from commerce_sdk._errors import ApiError as ApiError
    from commerce_sdk._errors import CommerceError as CommerceError
    from commerce_sdk._generated import *  # noqa: F403 - its names are listed in its own `__all__`
    from commerce_sdk._message import AsyncMiddleware as AsyncMiddleware
    from commerce_sdk._message import AsyncTransport as AsyncTransport
    from commerce_sdk._message import Middleware as Middleware
    from commerce_sdk._message import Request as Request
    from commerce_sdk._message import Response as Response
    from commerce_sdk._message import Transport as Transport
    from commerce_sdk._omit import OMIT as OMIT
    from commerce_sdk._operation import Operation as Operation
    from commerce_sdk._operation import operation_of as operation_of
    from commerce_sdk._paging import AsyncPage as AsyncPage
    from commerce_sdk._paging import AsyncPages as AsyncPages
    from commerce_sdk._paging import Page as Page
    from commerce_sdk.money import Money as Money

__version__: Final = VERSION
_MODULES: Final = ("errors", "events")
_HOMES: Final = {
    "OMIT": "_omit",
    "Answer": "_answer",
    "ApiError": "_errors",
    "AsyncMiddleware": "_message",
    "AsyncPage": "_paging",
    "AsyncPages": "_paging",
    "AsyncTransport": "_message",
    "Clock": "_clock",
    "CommerceError": "_errors",
    "Middleware": "_message",
    "Money": "money",
    "Operation": "_operation",
    "Page": "_paging",
    "Request": "_message",
    "Response": "_message",
    "Transport": "_message",
    "operation_of": "_operation",
}

__all__ = [*_HOMES, *_MODULES, *_generated.__all__]  # noqa: PLE0604 - names, gathered from where they are listed


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _HOMES:
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif name in _generated.__all__:
        found = getattr(_generated, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
