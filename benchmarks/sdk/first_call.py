"""A program that makes one call and ends: `python -m benchmarks.sdk.first_call SIDE URL PATH`, SIDE typed or bare.

It prints how many milliseconds import, client and call took together.
"""

import sys
from time import perf_counter


def typed(url: str, path: str) -> None:
    """Read the order with the client."""
    from commerce_sdk import Commerce  # noqa: PLC0415 - the import is what is measured

    with Commerce(token="a token", orders_url=url) as commerce:  # noqa: S106 - the floor looks at no token
        commerce.orders.get(path.rpartition("/")[2])


def bare(url: str, path: str) -> None:
    """Read the order with httpx."""
    import httpx  # noqa: PLC0415 - the import is what is measured

    with httpx.Client() as client:
        client.get(url + path).raise_for_status().json()


SIDES = {"typed": typed, "bare": bare}

if __name__ == "__main__":
    side, at, order = sys.argv[1:]
    began = perf_counter()
    SIDES[side](at, order)
    sys.stdout.write(f"{(perf_counter() - began) * 1000}\n")
