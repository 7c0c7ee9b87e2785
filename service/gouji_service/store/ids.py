"""Ids of what is kept: they sort by the time in which they were drawn."""

import functools
import secrets
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ids = threading.Lock()
_last_id = 0


def new_id(above: str | None = None) -> str:
    """A ULID: 48 bits of time in milliseconds and 80 random ones, in 26 letters that sort by time.

    above: an id that the new one comes after, whatever the clock says.
    """
    global _last_id
    least = 1 + functools.reduce(lambda number, letter: number << 5 | _ALPHABET.index(letter), above or "", 0)
    with _ids:
        _last_id = max((time.time_ns() // 1_000_000) << 80 | secrets.randbits(80), _last_id + 1, least)
        number = _last_id
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
