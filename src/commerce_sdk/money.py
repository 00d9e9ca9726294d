"""Money: exact decimals. A float is refused, since `0.1 + 0.2` is not `0.3`."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator


def _exact(value: Any) -> Any:
    if isinstance(value, (float, bool)):
        raise ValueError(f"money is exact: give a Decimal, a string or an int, not a {type(value).__name__}")  # noqa: TRY004 - pydantic turns only ValueError into its error
    return value


Money = Annotated[Decimal, BeforeValidator(_exact)]
"""An amount in the main unit of its currency. Takes `Decimal`, `str` and `int`; on the wire it is a JSON number."""
