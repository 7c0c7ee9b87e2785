"""A process that sees only some of the files: Landlock, where Linux has it (5.13 and later); it needs no privilege.

What a file asks for by a link is refused by the system, whatever program follows the link. Kernel documentation:
userspace-api/landlock.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # system calls, by the same numbers on every machine
_ASK_VERSION, _BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_SOCKETS = 1 << 9 | 1 << 5  # to make a socket, to remove a file
_REMOVE_AND_MAKE = sum(1 << n for n in range(4, 13))
_LATER = {2: 1 << 13, 3: 1 << 14}  # version -> what it can forbid besides: to move between folders, to truncate
# rights that a file by itself can have; the others are of folders
_OF_FILES = _EXECUTE | _WRITE | _READ | _LATER[3]


def confine_files(write: Iterable[Path], read: Iterable[Path] | None = None, sockets: Iterable[Path] = ()) -> bool:
    """From now on this process and all that it starts write only under `write`, for good. Whether the system did so.

    read: what may be read and run besides; None: everything. sockets: folders in which Unix sockets may be made,
    and files removed. Paths that are not there are left out.
    """
    version = _call(_CREATE, None, 0, _ASK_VERSION) if sys.platform == "linux" else 0
    if version < 1:
        return False
    writing = _WRITE | _REMOVE_AND_MAKE | sum(right for since, right in _LATER.items() if version >= since)
    reading = _EXECUTE | _READ | _LIST
    handled = writing if read is None else writing | reading
    rules = _call(_CREATE, struct.pack("=Q", handled), 8, 0)
    if rules < 0:
        return False
    try:
        for paths, rights in ((write, handled), (read or (), reading), (sockets, _SOCKETS)):
            for path in paths:
                _allow(rules, path, rights)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return _call(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _OF_FILES
        _call(_ADD_RULE, rules, _BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)


def _prctl(*arguments: int) -> int:
    return int(ctypes.CDLL(None, use_errno=True).prctl(*arguments))


def _call(number: int, *arguments: int | bytes | None) -> int:
    system = ctypes.CDLL(None, use_errno=True).syscall
    system.restype = ctypes.c_long
    wide = (argument if isinstance(argument, bytes) else ctypes.c_void_p(argument) for argument in arguments)
    return int(system(ctypes.c_long(number), *wide))
