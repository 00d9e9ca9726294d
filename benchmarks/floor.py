"""The floor that the mock is measured against: two operations by hand, on the same server, and nothing else.

A bare ASGI app under uvicorn with the mock's server settings. It creates an order (body checked against typed structs
with msgspec, exact total in cents, kept as encoded bytes) and reads it back. It has no authentication, journal,
metrics, events, CORS or check of its own answers: what those cost is what the ratios show.
"""

import argparse
import gc
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import uvicorn

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")
_CENTS = 100
# What the mock's server does about the collector after its start, so that both sides pause alike; a test compares them.
COLLECTOR_THRESHOLDS = (100_000, 50, 100)


class Item(msgspec.Struct):
    """One line of an order, as asked for and as stored."""

    productId: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]  # noqa: N815 - the wire's name
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    price: Annotated[float, msgspec.Meta(ge=0, le=999_999_999_999.99)]


class CreateOrder(msgspec.Struct):
    """The body of a create."""

    userId: UUID  # noqa: N815 - the wire's name
    items: Annotated[list[Item], msgspec.Meta(min_length=1)]


class Order(msgspec.Struct):
    """An order while it is being encoded; only its bytes live on."""

    id: str
    userId: UUID  # noqa: N815 - the wire's name
    items: list[Item]
    status: str
    totalAmount: float  # noqa: N815 - the wire's name
    createdAt: datetime  # noqa: N815 - the wire's name


_decode = msgspec.json.Decoder(CreateOrder).decode
_encode = msgspec.json.Encoder().encode


def total_cents(items: list[Item]) -> int:
    """Sum quantity times price exactly; ValueError for a price with more than two decimals."""
    total = 0
    for item in items:
        cents = round(item.price * _CENTS)
        if cents / _CENTS != item.price:
            message = f"price {item.price!r} has more than two decimals"
            raise ValueError(message)
        total += cents * item.quantity
    return total


class Floor:
    """The ASGI app: POST of `collection` and GET below it; lives as long as its server, all state in memory."""

    def __init__(self, collection: str) -> None:
        self._collection = collection
        self._below = collection + "/"
        self._orders: dict[str, bytes] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        method, path = scope["method"], scope["path"]
        if method == "POST" and path == self._collection:
            status, headers, body = self.create(await _body(receive))
        elif method == "GET" and path.startswith(self._below):
            status, headers, body = self.read(path[len(self._below) :])
        else:
            status, headers, body = _problem(404, "no such route")
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def create(self, body: bytes) -> Answer:
        """Store the order that `body` asks for: 201 with `Location`, or 400 or 422."""
        try:
            asked = _decode(body)
            cents = total_cents(asked.items)
        except msgspec.DecodeError as error:
            return _problem(422 if isinstance(error, msgspec.ValidationError) else 400, str(error))
        except ValueError as error:
            return _problem(422, str(error))
        key = f"order-{len(self._orders) + 1}"
        encoded = _encode(Order(key, asked.userId, asked.items, "pending", cents / _CENTS, datetime.now(UTC)))
        self._orders[key] = encoded
        return 201, [_JSON, (b"location", (self._below + key).encode())], encoded

    def read(self, key: str) -> Answer:
        """Return the stored bytes of an order: 200, or 404."""
        encoded = self._orders.get(key)
        return _problem(404, "no such order") if encoded is None else (200, [_JSON], encoded)


def _problem(status: int, detail: str) -> Answer:
    return status, [_PROBLEM], _encode({"status": status, "detail": detail})


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


def main() -> None:
    """Serve the floor on a port of the loopback until a signal ends it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--collection", required=True, help="path of the orders' collection, as the contract names it")
    arguments = parser.parse_args()
    config = uvicorn.Config(
        Floor(arguments.collection),
        host="127.0.0.1",
        port=arguments.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    config.load()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
