"""The requests of the load, as bytes on the wire: varied, the same in every run, those of a browser with a token."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

_SEED = 20_261_124
_ORIGIN = b"http://localhost:5173"
_MOST_LINES = 3
_MOST_PIECES = 9
_MOST_CENTS = 99_999


@dataclass(frozen=True, slots=True)
class Owner:
    """A user in whose name orders are made; the token does not show in a repr."""

    id: str
    token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What every request of this user carries."""
        return {"authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that a server holds: its path and whose it is."""

    path: str
    owner: Owner


def wire(method: str, path: str, owner: Owner, body: bytes = b"") -> bytes:
    """One HTTP/1.1 request of `owner`, with the `Origin` that a browser adds."""
    lines = [
        f"{method} {path} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        b"Accept: application/json",
        b"Origin: " + _ORIGIN,
        b"Authorization: Bearer " + owner.token.encode(),
    ]
    if body:
        lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


def order_bodies(owners: Sequence[Owner], count: int) -> Iterator[tuple[Owner, bytes]]:
    """Bodies of orders of one to three lines, taking turns among the owners; the same in every run."""
    dice = random.Random(_SEED)  # noqa: S311 - load, not cryptography
    for number in range(count):
        owner = owners[number % len(owners)]
        items = [
            {
                "productId": f"prod-{dice.randint(1, 9_999)}",
                "quantity": dice.randint(1, _MOST_PIECES),
                "price": dice.randint(1, _MOST_CENTS) / 100,
            }
            for _ in range(dice.randint(1, _MOST_LINES))
        ]
        yield owner, orjson.dumps({"userId": owner.id, "items": items})


def creates(path: str, owners: Sequence[Owner], count: int) -> Iterator[bytes]:
    """Make requests that create orders."""
    return (wire("POST", path, owner, body) for owner, body in order_bodies(owners, count))


def reads(placed: Iterable[Placed]) -> Iterator[bytes]:
    """Make requests that read orders, each by its owner, in random order."""
    orders = list(placed)
    random.Random(_SEED).shuffle(orders)  # noqa: S311 - load, not cryptography
    return (wire("GET", order.path, order.owner) for order in orders)
