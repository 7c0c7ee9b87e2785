import os
from pathlib import Path

import pytest

from gouji_service.cores import cgroup_limit, count_cores


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, None),
        ({"proc/self/cgroup": "0::/\n"}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        # a group within a group: the outer one binds too
        (
            {
                "proc/self/cgroup": "0::/pod/app\n",
                "sys/fs/cgroup/pod/cpu.max": "200000 100000\n",
                "sys/fs/cgroup/pod/app/cpu.max": "300000 100000\n",
            },
            2.0,
        ),
        # in a container the path may be the host's, and the mount the container's own
        ({"proc/self/cgroup": "0::/docker/1f\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 0.5),
        (
            {
                "proc/self/cgroup": "3:cpuset:/\n2:cpu,cpuacct:/docker/1f\n1:name=systemd:/\n0::/\n",
                "sys/fs/cgroup/cpu,cpuacct/docker/1f/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu,cpuacct/docker/1f/cpu.cfs_period_us": "100000\n",
            },
            4.0,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "rubbish\n"}, None),
    ],
)
def test_the_smallest_limit_of_the_groups(files: dict[str, str], limit: float | None, tmp_path: Path) -> None:
    assert cgroup_limit(write(tmp_path, files)) == limit


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process to cores")
def test_cores_are_those_of_the_affinity_and_no_more_than_the_limit(tmp_path: Path) -> None:
    bound = len(os.sched_getaffinity(0))
    assert count_cores(tmp_path) == bound
    write(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "30000 100000\n"})
    assert count_cores(tmp_path) == 1
    write(tmp_path, {"sys/fs/cgroup/cpu.max": f"{(bound + 5) * 100000} 100000\n"})
    assert count_cores(tmp_path) == bound
