"""A process without a network: what reads a file of anybody's making opens no connection, whatever the file asks for.

On Linux a seccomp filter refuses the system call `socket`, for this process and for every program that it starts; it
needs no privilege and works in containers. Where there is none, a network namespace of its own holds nothing but a
loopback that is down. Elsewhere (macOS) nothing is refused here: readers open no sockets, and LibreOffice is told not
to (readers/office/libreoffice.py). Kernel documentation: userspace-api/seccomp_filter, namespaces(7).
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys

# machine -> AUDIT_ARCH_* of linux/audit.h, and the number of the system call `socket`
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198), "riscv64": (0xC00000F3, 198)}
_IO_URING_SETUP = 425  # its requests open sockets without that system call
_OTHER_NUMBERS = 0x40000000  # from here on x86_64 has the system calls of x32
_LOAD, _IS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of classic BPF
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # with the error in the low half
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def go_offline() -> bool:
    """Give up the network for good, for this process and all that it starts. Whether the system did so.

    Unix sockets by name stay, because LibreOffice speaks to itself through one. The process must have one thread.
    """
    return sys.platform == "linux" and (_refuse_sockets() or _leave_network())


def _refuse_sockets() -> bool:
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    machine, opens = known
    refuse, missing = _REFUSE | errno.EAFNOSUPPORT, _REFUSE | errno.ENOSYS
    lines = (
        (_LOAD, 0, 0, _MACHINE_AT),
        (_IS, 0, 7, machine),  # else refused as missing: the numbers below mean something else there
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 5, 0, _OTHER_NUMBERS),
        (_IS, 4, 0, _IO_URING_SETUP),
        (_IS, 0, 2, opens),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_IS, 0, 2, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, missing),
        (_RETURN, 0, 0, refuse),
    )
    packed = b"".join(struct.pack("=HBBI", *line) for line in lines)
    program = _Program(len(lines), packed)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _leave_network() -> bool:
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    user, group = os.getuid(), os.getgid()
    if unshare(_NEW_NETWORK) == 0:
        return True
    if unshare(_NEW_NETWORK | _NEW_USER) != 0:
        return False
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(line)
        except OSError:  # it goes on as nobody, who may read what everybody may
            continue
    return True
