"""Errors of the command line end with where to read on, in both languages."""

import pytest

from gouji_service.commands.usage import Parser


def test_an_error_tells_where_to_read_on(capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser(prog="gouji")
    parser.add_argument("--year", type=int)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["--year", "soon"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "invalid int value" in told
    assert told.count("gouji --help") == 2
    assert any(character > "\u4e00" for character in told)
