"""Time as the contract writes it."""

from datetime import UTC, datetime


def now() -> str:
    """This moment in UTC, RFC 3339 with milliseconds and `Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
