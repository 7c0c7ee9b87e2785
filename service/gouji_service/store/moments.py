"""A moment of the database as every answer and export writes it: 2026-01-31T08:00:00Z, in UTC."""

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Seconds since 1970 as text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat("T", "seconds").replace("+00:00", "Z")


def seconds_to_iso(seconds: float | None) -> str | None:
    """The same of a moment that may not be known."""
    return None if seconds is None else moment(seconds)
