import subprocess
import sys

import pytest

from gouji.systems import UnsupportedSystem, require_posix

MISSING = "'resource', 'fcntl', 'pwd', 'termios'"
PRETEND = f"import sys; sys.platform = 'win32'; sys.modules.update(dict.fromkeys(({MISSING})));"


def test_windows_is_told_what_to_use() -> None:
    with pytest.raises(UnsupportedSystem, match="WSL"):
        require_posix("win32")
    require_posix("linux")
    require_posix("darwin")


@pytest.mark.parametrize("arguments", ["['parse', 'report.txt']", "['serve']", "['--help']"])
def test_the_command_line_says_so_without_a_traceback(arguments: str) -> None:
    script = f"{PRETEND} from gouji_service.cli import main; sys.exit(main({arguments}))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith("gouji: Gouji runs on Linux and macOS. On Windows use WSL")
    assert "Traceback" not in ended.stderr


def test_a_reader_that_needs_a_process_says_so() -> None:
    script = f"{PRETEND} from gouji.readers import read; read(b'%PDF-1.4 ')"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert "UnsupportedSystem: Gouji runs on Linux and macOS" in ended.stderr
