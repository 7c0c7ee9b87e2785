import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gouji.processes.worker import Limits, Worker

LANDLOCK = Path("/sys/kernel/security/lsm")
pytestmark = pytest.mark.skipif(
    not LANDLOCK.exists() or "landlock" not in LANDLOCK.read_text(), reason="this system has no Landlock"
)
_READ = """
import sys
from pathlib import Path
from gouji.processes.confined import confine_files
own = Path(sys.argv[1])
assert confine_files([own], [Path("/usr"), Path("/lib")])
print(Path("/usr/bin/env").exists(), (own / "report").read_text())
(own / "made").write_text("here")
for path in (own / "link", sys.argv[2]):
    try: print(open(path).read())
    except OSError as error: print(type(error).__name__)
"""


def test_a_worker_that_only_reads_writes_temporary_files_alone(make_worker: Callable[..., Worker]) -> None:
    elsewhere = Path(__file__).with_name(f"written-{os.getpid()}")
    if elsewhere.is_relative_to(tempfile.gettempdir()):  # a checkout among the temporary files
        elsewhere = Path.home() / f".written-{os.getpid()}"
    worker = make_worker("write", read_only=True)
    try:
        assert worker.ask(bytes(elsewhere), Limits(60)) == b"PermissionError"
        assert not elsewhere.exists()
        with tempfile.NamedTemporaryFile() as temporary:
            assert worker.ask(temporary.name.encode(), Limits(60)) == b"written"
    finally:
        elsewhere.unlink(missing_ok=True)


def test_a_process_reads_no_other_file_not_even_through_a_link(tmp_path: Path) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret"
    own.mkdir()
    secret.write_text("of somebody else")
    (own / "report").write_text("its own")
    (own / "link").symlink_to(secret)
    run = subprocess.run([sys.executable, "-c", _READ, own, secret], stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.split("\n")[:3] == ["True its own", "PermissionError", "PermissionError"]
    assert (own / "made").read_text() == "here"
