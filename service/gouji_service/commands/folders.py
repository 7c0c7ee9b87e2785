"""Which files of a folder are sources: sorted by path, and what is left out with the reason."""

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from gouji_service.commands.own_files import name_own_file
from gouji_service.wording import tell

# What office programs and systems leave beside documents. The first that fits says why.
_LITTER = (
    ("~$*", "lock_file"),  # Word and Excel, while a document is open
    (".~lock.*", "lock_file"),  # LibreOffice
    ("Thumbs.db", "system_file"),
    ("ehthumbs.db", "system_file"),
    ("desktop.ini", "system_file"),
    (".DS_Store", "system_file"),
    ("__MACOSX", "system_file"),
    (".*", "hidden"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One source. `below`: its path below the folder that was named, with slashes; None for a file named itself."""

    path: str
    below: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, or a folder with all in it, that is no source. reason: lock_file, system_file, hidden, output (what this
    command is writing), ingest_sheet, export or result (what `gouji` wrote before).
    """

    path: str
    reason: str


def walk_folder(folder: str) -> Iterator[Found | LeftOut]:
    """The files below a folder, sorted by path."""
    for here, folders, names in os.walk(folder):
        for name in sorted(folders):
            if reason := name_litter(name):
                yield LeftOut(os.path.join(here, name), reason)
        folders[:] = sorted(name for name in folders if not name_litter(name))
        for name in sorted(names):
            path = os.path.join(here, name)
            reason = name_litter(name) or ("output" if _is_output(path) else name_own_file(Path(path)))
            yield LeftOut(path, reason) if reason else Found(path, Path(path).relative_to(folder).as_posix())


def expand(paths: Iterable[str], leave_out: Callable[[LeftOut], None] = lambda left: None) -> Iterator[Found]:
    """The files to read: a folder stands for the sources below it, a file (or `-`) for itself, whatever it is."""
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            yield Found(path)
            continue
        for found in walk_folder(path):
            if isinstance(found, LeftOut):
                leave_out(found)
            else:
                yield found


def tell_left_out(command: str, left: Sequence[LeftOut]) -> None:
    """How many were left out for which reason, on standard error; nothing where none was."""
    if left:
        counts = sorted(Counter(one.reason for one in left).items())
        tell(command, "left_out", count=len(left), reasons=", ".join(f"{reason} {count}" for reason, count in counts))


def name_litter(name: str) -> str | None:
    """Why a file or folder of this name is no source; None where it may be one."""
    return next((reason for pattern, reason in _LITTER if fnmatch(name.lower(), pattern.lower())), None)


def _is_output(path: str) -> bool:
    """Whether a file is where standard output goes: `gouji parse reports/ > reports/tables.jsonl`."""
    try:
        written, found = os.fstat(sys.stdout.fileno()), os.stat(path)
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISREG(written.st_mode) and os.path.samestat(written, found)
