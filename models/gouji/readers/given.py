"""What a caller gives: bytes, a path or an open file -> the bytes of a source, and its name."""

import io
import os
from pathlib import Path
from typing import IO, Any

from gouji.readers import MAX_BYTES

Given = bytes | bytearray | memoryview | str | os.PathLike[str] | IO[bytes] | IO[str]
_MOST = MAX_BYTES + 1  # one more than is read: the reader refuses it, and a file of any size fills no memory
_LONGEST_PATH = 4096
_ADVICE = "a str is the path of a file; give the text of a report as bytes: recover(text.encode())"


def load_source(given: Given, name: str | None = None) -> tuple[bytes, str | None]:
    """The bytes of a source, and its name: `name`, else that of the path or the file, else None.

    A str is always a path. A file that was opened as text is read as its bytes, so that its encoding is found out here;
    characters that come from memory (io.StringIO) are taken as UTF-8. Reading begins where the file stands.
    Raises OSError for a path that cannot be read, TypeError for a str that is a text, and for anything else.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given), name
    if isinstance(given, str | os.PathLike):
        return _read_path(given), name or Path(given).name
    if hasattr(given, "read"):
        return _read_file(given), name or _file_name(given)
    raise TypeError(f"bytes, a path or an open file are recovered from, not {type(given).__name__}")


def _read_path(path: str | os.PathLike[str]) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_MOST)
    except (OSError, ValueError) as error:  # ValueError: a path holds no NUL, and no half of a character
        if isinstance(path, str) and (len(path) > _LONGEST_PATH or "\n" in path or not isinstance(error, OSError)):
            raise TypeError(_ADVICE) from error
        raise


def _read_file(file: Any) -> bytes:
    if isinstance(file, io.TextIOWrapper):
        if file.seekable():
            file.seek(file.tell())  # what was read ahead is given back to the bytes below
        file = file.buffer
    read = file.read(_MOST)
    if isinstance(read, str):
        return read.encode("utf-8", "surrogatepass")
    if isinstance(read, bytes | bytearray | memoryview):
        return bytes(read)
    raise TypeError(f"the file gives {type(read).__name__}, neither bytes nor text")


def _file_name(file: Any) -> str | None:
    """The last part of its path; None where it has none (a pipe is named by a number, standard input by `<stdin>`)."""
    path = getattr(file, "name", None)
    return Path(path).name if isinstance(path, str) and not path.startswith("<") else None
