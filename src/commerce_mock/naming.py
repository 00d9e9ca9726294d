"""Names across the wire's two spellings: users and events are snake_case, orders and payments camelCase."""

import re
from functools import cache

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


@cache
def snake(name: str) -> str:
    """`paymentId` as `payment_id`."""
    return _HUMP.sub(r"_\1", name).lower()
