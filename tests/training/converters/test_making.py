import gzip
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from eval.truth import read_record, read_set
from gouji.tables import CellState
from training.converters import making, programs
from training.converters.__main__ import main
from training.converters.catalogue import CONVERTERS, Converter
from training.converters.making import STYLES, draw_records, draw_source, make_record

REGEX = next(one for one in CONVERTERS if one.name == "regex_blanks")
XPATH = next(one for one in CONVERTERS if one.name == "lxml_xpath")


@pytest.mark.parametrize("style", STYLES["html"])
def test_every_style_of_page_prints_its_whole_report(style: str) -> None:
    for number in range(3):
        source = draw_source("html", Random(f"styles/{style}/{number}"), style)
        lines = set(XPATH.convert(source.data).replace("\u2003", "").split("\n"))
        for sheet in source.page.sheets.values():
            values = [cell.text for row in sheet.rows for cell in row if cell.kind == "value" and len(cell.text) == 1]
            assert set(values) <= lines
        assert source.page.title in lines


@pytest.mark.parametrize(("kind", "style"), [(k, s) for k in ("docx", "xlsx") for s in STYLES[k]])
def test_every_style_of_office_file_prints_its_whole_report(kind: str, style: str) -> None:
    name = {"docx": "python_docx_naive", "xlsx": "openpyxl_csv"}[kind]
    one = next(one for one in CONVERTERS if one.name == name)
    source = draw_source(kind, Random(f"styles/{kind}/{style}"), style)
    assert making.tell_fate(one.convert(source.data), source.page.sheets, source.sentences).numbers == "intact"


def test_a_record_says_what_it_is_and_can_be_read() -> None:
    raw = make_record(REGEX, "test", 3, 7)
    assert raw == make_record(REGEX, "test", 3, 7)
    record = read_record(json.loads(json.dumps(raw)))
    assert (record.layout, record.kinds, record.stratum) == ("regex_blanks", ("nodes_between_blanks",), raw["stratum"])
    assert record.style.startswith("html_")
    assert record.unseen
    assert record.text == raw["content"]
    cells = [cell for table in record.truth.tables.values() if table for cell in table.cells.values()]
    assert any(cell.state is CellState.PRINTED for cell in cells)


def test_splits_share_no_truth() -> None:
    truths = [make_record(REGEX, split, 1, 0)["truth"] for split in ("train", "test")]
    assert truths[0] != truths[1]
    assert make_record(REGEX, "test", 1, 0)["truth"] != make_record(REGEX, "test", 2, 0)["truth"]


@pytest.fixture
def only_light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed but what every checkout has."""
    light = ("python:lxml", "python:openpyxl")
    monkeypatch.setattr("training.converters.catalogue.is_installed", lambda need: need in light)


@pytest.mark.usefixtures("only_light")
def test_the_command_writes_a_set_and_names_what_it_skips(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "zoo.jsonl.gz"
    assert main(["--split", "validation", "--count", "4", "--seed", "2", "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "skipped selectolax_text: python:selectolax not installed" in told
    assert "lxml_xpath" not in told
    records = read_set(out)
    assert [record.layout for record in records] == ["lxml_xpath", "openpyxl_tab"] * 2
    assert len({record.truth_id for record in records}) == 4
    again = tmp_path / "again.jsonl.gz"
    main(["--split", "validation", "--count", "4", "--seed", "2", "--out", str(again)])
    assert gzip.decompress(again.read_bytes()) == gzip.decompress(out.read_bytes())


@pytest.mark.usefixtures("only_light")
def test_the_list_says_what_every_converter_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CONVERTERS)
    assert "test\tterminal_text\tlynx_wide\thtml\tprogram:lynx" in lines
    assert "validation\tnodes_on_lines\tlxml_xpath\thtml\tinstalled" in lines


def test_a_split_without_converters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.converters.catalogue.is_installed", lambda need: False)
    with pytest.raises(ValueError, match="no converter of calibration"):
        list(draw_records("calibration", 1, 1))


def _failing(times: int) -> Callable[[bytes], str]:
    left = [times]

    def convert(data: bytes) -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError("no answer")
        return data.decode()

    return convert


def test_a_converter_that_fails_gets_another_document_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def use(times: int) -> None:
        one = Converter("made_up", "articles", "html", "html", (), _failing(times))
        monkeypatch.setattr(making, "converters_of", lambda split: (one,))

    use(1)
    (record,) = draw_records("test", 1, 1)
    assert record["id"] == "test-made_up-1-1"
    assert "made_up failed: RuntimeError: no answer" in capsys.readouterr().err
    use(9)
    with pytest.raises(RuntimeError, match="no answer"):
        list(draw_records("test", 1, 1))


def test_a_program_that_fails_says_so() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: b'why'"):
        programs.run_program(["sh", "-c", "printf why >&2; exit 3"])
    assert programs.run_on_file(["cat", "{file}"], b"text", "txt") == b"text"
