"""JSON that is kept: exactly as many bytes as it has text."""

from typing import Any

import orjson


def kept_json(value: Any) -> bytes:
    """The JSON of a value that stays in memory. orjson's own bytes hold on to its whole buffer, some 4 KiB each."""
    return bytes(memoryview(orjson.dumps(value)))
