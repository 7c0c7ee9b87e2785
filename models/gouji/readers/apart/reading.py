"""Binary files are read in a process of their own, so that a file that hangs, swells or aborts its parser ends
that process and not ours. The process stays for the next file; one that was lost is started again.
"""

import os
import time
from dataclasses import replace
from functools import cache

from gouji.document import Document, ReadingTimeout, SourceTooLarge, UnreadableSource
from gouji.processes.worker import Died, Kind, Limits, NoAnswer, NoneFree, Pool, TooMuchMemory, TooSlow
from gouji.readers.apart.wire import bytes_to_document, request_to_bytes

READING_LIMITS = Limits(seconds=120.0, cpu_seconds=120.0, memory=2**30)  # of one file; A4 at 600 dpi takes 450 MB
READERS = Kind(
    "gouji.readers.apart.binary:answer",
    preload=("gouji.readers.apart.binary",),
    quiet=True,
    offline=True,
    read_only=True,
)


def read_in(pool: Pool, data: bytes, kind: str, limits: Limits = READING_LIMITS) -> Document:
    """Read one file with a worker of the pool.

    Raises SourceError: what the reader found, ReadingTimeout, SourceTooLarge, or UnreadableSource for a crash.
    """
    request = request_to_bytes(data, kind)
    until = time.monotonic() + limits.seconds
    try:
        try:
            reply = pool.ask(request, limits)
        except Died:
            # What an earlier file left behind may have ended it; what ends a fresh process too is the file's fault.
            reply = pool.ask(request, replace(limits, seconds=until - time.monotonic()))
    except (TooSlow, NoneFree) as error:
        raise ReadingTimeout(f"reading did not end: {error}") from error
    except TooMuchMemory as error:
        raise SourceTooLarge("reading it takes more memory than there is") from error
    except NoAnswer as error:
        raise UnreadableSource("the file made its reader fail") from error
    return bytes_to_document(reply)


@cache
def _pool_of(process: int) -> Pool:
    # Keyed by process: a fork has locks of its own. As many readers as cores at most, one for a caller of one thread.
    return Pool(os.cpu_count() or 1, READERS)


def read_apart(data: bytes, kind: str, limits: Limits | None = None) -> Document:
    """Read a binary file in a worker process, within READING_LIMITS where none are given. Raises SourceError."""
    return read_in(_pool_of(os.getpid()), data, kind, limits or READING_LIMITS)
