"""Where Gouji runs: on systems of the POSIX kind, whose processes can be limited and ended."""

import sys

from gouji.document import GoujiError


class UnsupportedSystem(GoujiError, ImportError):
    """Gouji does not run on this system. The message says what does."""


def require_posix(platform: str = sys.platform) -> None:
    """Raise UnsupportedSystem on Windows, where readers cannot be kept within limits of memory and time."""
    if platform == "win32":
        raise UnsupportedSystem(
            "Gouji runs on Linux and macOS. On Windows use WSL (https://learn.microsoft.com/windows/wsl) or Docker: "
            "docker build -t gouji . && docker run -p 127.0.0.1:8000:8000 gouji"
        )
