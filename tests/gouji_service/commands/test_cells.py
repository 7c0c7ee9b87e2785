import json
import subprocess
import sys

import pytest

from gouji.forms import FORMS, TABLES, template
from gouji_service.cli import main


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["cells", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_cell_of_both_forms_is_listed_once_in_printed_order(capsys: pytest.CaptureFixture[str]) -> None:
    told = [line.split("\t") for line in lines(capsys)]
    assert [tuple(line[:3]) for line in told] == [
        (form, table, cell) for form in FORMS for table in TABLES for cell in template(table, form).cells
    ]
    assert all(len(line) == 5 and all(line) for line in told)


def test_a_form_and_a_table_narrow_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, "--form", "2019", "--table", "review_litigation")
    assert len(told) == 15
    assert told[0] == "2019\treview_litigation\treview_upheld\t行政复议\t结果维持"


def test_json_has_a_cell_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    told = [json.loads(line) for line in lines(capsys, "--json", "--table", "applications", "--form", "2021")]
    assert len(told) == 175
    assert told[0]["cell"] == "new_received.natural_person"
    assert told[1]["column"] == "法人或其他组织/商业企业"


def test_another_form_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["cells", "--form", "2020"])
    assert ended.value.code == 2
    assert "2019" in capsys.readouterr().err


def test_who_has_seen_enough_may_close_the_pipe() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", "cells", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0
