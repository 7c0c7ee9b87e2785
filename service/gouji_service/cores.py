"""How many cores this process may use: those it may run on, and no more than its control groups allow it (Linux)."""

import math
import os
from collections.abc import Iterator
from pathlib import Path


def count_cores(root: Path = Path("/")) -> int:
    """At least 1. root: the folder under which `proc` and `sys` are."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = cgroup_limit(root)
    return bound if limit is None else max(1, min(bound, math.ceil(limit)))


def cgroup_limit(root: Path = Path("/")) -> float | None:
    """The smallest share of processor time, in cores, of the control groups of this process; None without limit.

    Version 2 says it in `cpu.max`, version 1 in `cpu.cfs_quota_us` and `cpu.cfs_period_us`; a group is bound by those
    around it too. See Linux, Documentation/admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst.
    """
    shares = (_share(folder) for folder in _groups(root))
    return min((share for share in shares if share is not None), default=None)


def _groups(root: Path) -> Iterator[Path]:
    """The folders of the groups of this process, from its own to the outermost one."""
    mounts = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            places = (mounts, mounts / "unified")
        elif "cpu" in controllers.split(","):
            places = (mounts / controllers, mounts / "cpu")
        else:
            continue
        own = Path(path.lstrip("/"))
        for group in (own, *own.parents) if own.parts else (own,):
            yield from (place / group for place in places)


def _share(group: Path) -> float | None:
    try:
        if (group / "cpu.max").is_file():
            quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
        else:
            quota = (group / "cpu.cfs_quota_us").read_text(encoding="ascii").strip()
            period = (group / "cpu.cfs_period_us").read_text(encoding="ascii").strip()
        return int(quota) / int(period) if quota != "max" and int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # no such group here, or none that can be read
        return None
