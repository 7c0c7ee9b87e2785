import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from gouji import recover
from gouji.document import SourceError, SourceTooLarge
from gouji.readers import MAX_BYTES
from gouji.readers.given import load_source

TEXT = "某局2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "报告.txt"
    written.write_text(TEXT, encoding="gb18030")
    return written


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_taken_as_they_are_and_have_no_name(kind: Any) -> None:
    data = TEXT.encode()
    assert load_source(kind(data)) == (data, None)
    assert load_source(kind(data), "a.txt") == (data, "a.txt")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_names_the_source_unless_a_name_is_given(kind: Any, path: Path) -> None:
    assert load_source(kind(path)) == (path.read_bytes(), "报告.txt")
    assert load_source(kind(path), "other.txt") == (path.read_bytes(), "other.txt")


def test_open_files_are_read_from_where_they_stand(path: Path) -> None:
    data = path.read_bytes()
    with path.open("rb") as file:
        file.seek(2)
        assert load_source(file) == (data[2:], "报告.txt")
    assert load_source(io.BytesIO(data)) == (data, None)
    assert load_source(io.StringIO(TEXT)) == (TEXT.encode(), None)


def test_a_file_opened_as_text_is_read_as_its_bytes_whatever_encoding_was_guessed(path: Path) -> None:
    with path.open(encoding="utf-8") as file:  # which it is not
        assert load_source(file) == (path.read_bytes(), "报告.txt")
    with path.open(encoding="gb18030") as file:
        first = file.readline()
        assert load_source(file)[0].decode("gb18030") == TEXT.removeprefix(first)


def test_a_pipe_has_no_name() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"abc")
    os.close(writing)
    with open(reading, "rb") as file:
        assert load_source(file) == (b"abc", None)
    assert getattr(sys.__stdin__, "name", "<stdin>") == "<stdin>"


def test_what_cannot_be_opened_raises_as_open_does(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        recover("no/such/report.pdf")
    with pytest.raises(IsADirectoryError):
        recover(tmp_path)


@pytest.mark.parametrize("text", [TEXT, TEXT * 500, "一" * 5000, "a\0b"])
def test_a_text_is_no_path_and_the_error_says_what_to_do(text: str) -> None:
    with pytest.raises(TypeError, match=r"recover\(text\.encode\(\)\)"):
        recover(text)


@pytest.mark.parametrize("given", [None, 3, ["a.txt"]])
def test_anything_else_is_refused_by_its_type(given: Any) -> None:
    with pytest.raises(TypeError, match=r"not (NoneType|int|list)"):
        recover(given)


def test_a_file_that_gives_no_bytes_is_refused() -> None:
    class Odd:
        def read(self, size: int) -> object:
            return None

    with pytest.raises(TypeError, match="NoneType"):
        load_source(Odd())  # type: ignore[arg-type]


def test_bad_content_is_an_error_of_the_source_however_it_is_given(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    for given in (empty, io.BytesIO(b""), b""):
        with pytest.raises(SourceError):
            recover(given, engine="rules")


def test_a_file_of_any_size_fills_no_memory(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(20 * MAX_BYTES)
    data, _ = load_source(huge)
    assert len(data) == MAX_BYTES + 1
    with pytest.raises(SourceTooLarge):
        recover(huge)
