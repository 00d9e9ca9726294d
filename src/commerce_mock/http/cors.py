"""Cross-origin requests: a frontend on any origin may call the mock, with any headers, and read its answers."""

from commerce_mock.wire import Header, Request

# Which headers its answers have, a contract says, whichever is served: a page may read all of them.
ANSWER: tuple[Header, ...] = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*"))
LASTS = (b"access-control-max-age", b"600")


def is_preflight(request: Request) -> bool:
    """Whether a browser asks what it may send."""
    return (
        request.method == "OPTIONS"
        and b"origin" in request.headers
        and b"access-control-request-method" in request.headers
    )


def preflight(request: Request, methods: list[str]) -> list[Header]:
    """What a browser may send to this path, besides what every answer says: its methods, and the headers asked for."""
    wanted = request.headers.get(
        b"access-control-request-headers", b"Authorization, Content-Type, Idempotency-Key, X-Request-Id"
    )
    return [
        (b"access-control-allow-methods", ", ".join(methods).encode()),
        (b"access-control-allow-headers", wanted),
        LASTS,
        (b"vary", b"Access-Control-Request-Headers"),
    ]
