"""What every transport does alike with a request before it leaves and with the headers of an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._message import Request

PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
ENCODINGS: Final = "gzip, deflate"
IDLE: Final = 4.0
"""How many seconds a connection is kept without a request: many servers close after five, and none must meet that."""
_FRAMING: Final = frozenset({"connection", "content-length", "host", "transfer-encoding"})
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a URL reaches. `authority` is what the Host header says: the port only where it is not the scheme's own."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def cut(request: Request) -> tuple[str, str]:
    """A request's URL as the text of its origin, `https://host:port`, and the path with its query.

    Raises `InvalidRequestError` where the path is not percent-encoded.
    """
    scheme, _, rest = request.url.partition("://")
    authority, _, target = rest.partition("/")
    if not target.isascii():
        raise unusable(request, "it holds characters that are not percent-encoded")
    return f"{scheme}://{authority}", f"/{target}"


def origin(text: str, request: Request) -> Origin:
    """An origin's text, read and judged; raises `InvalidRequestError` where no request can go there."""
    try:
        parts = urlsplit(text)
        host = parts.hostname.encode("ascii" if ":" in parts.hostname else "idna").decode() if parts.hostname else ""
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise unusable(request, "its host or port is not valid") from None
    if parts.scheme not in PORTS or not host:
        raise unusable(request, "it has to begin with http:// or https:// and a host")
    if "@" in text:
        raise unusable(request, "it holds credentials; give the client a token instead")
    if "?" in text or "#" in text:
        raise unusable(request, "it has no path")
    return Origin(parts.scheme, host, port)


def unusable(request: Request, why: str) -> InvalidRequestError:
    """The error for a service's URL with which no request can be made; it does not repeat the URL."""
    service = request.operation.service
    return InvalidRequestError(
        f"{request.operation.name}: the URL of the service `{service}` cannot be used: {why}.",
        operation=request.operation.name,
    )


def outgoing(request: Request, fixed: Mapping[str, str]) -> dict[str, str]:
    """The headers to send, names in lower case: `fixed` ones, the request's own, and the length of the body.

    What frames the message on the wire is the transport's business: such headers of the request are left out.
    """
    headers = {**fixed}
    for name, value in request.headers.items():
        if (lowered := name.lower()) not in _FRAMING:
            headers[lowered] = value
    if request.body is not None:
        headers["content-length"] = str(len(request.body))
    elif request.method not in _BODILESS:
        headers["content-length"] = "0"
    return headers


def encoded(request: Request, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes; raises `InvalidRequestError` for characters beyond ASCII."""
    if "".join(headers.values()).isascii() and "".join(headers).isascii():
        return [(name.encode(), value.encode()) for name, value in headers.items()]
    raise refused_header(request)


def incoming(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """An answer's headers, from bytes: names in lower case, several values of one name joined by commas."""
    return joined((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same from text."""
    headers: dict[str, str] = {}
    for cased, value in pairs:
        name = cased.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def refused_header(request: Request) -> InvalidRequestError:
    """The error for headers that HTTP cannot carry; it names the header, never its value."""
    guilty = [name for name, value in request.headers.items() if not _carried(name) or not _carried(value)]
    which = f"the header {guilty[0]!r}" if guilty else "a header"
    return InvalidRequestError(
        f"{request.operation.name}: {which} holds characters that HTTP cannot carry: use printable ASCII, "
        "with no line break and no space at either end.",
        operation=request.operation.name,
    )


def _carried(text: str) -> bool:
    return text.isascii() and text.isprintable() and text == text.strip()
