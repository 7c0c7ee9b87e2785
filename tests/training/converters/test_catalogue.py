import re
from functools import cache
from random import Random

import pytest

from training.converters import catalogue, programs
from training.converters.catalogue import CONVERTERS, SPLIT_KINDS, SPLITS, Converter, converters_of
from training.converters.fate import INTACT, tell_fate
from training.converters.making import Source, draw_source

STYLE = {"html": "plain", "docx": "merged", "xlsx": "one_sheet", "pdf": "libreoffice"}
# Kept apart to measure with: no converter here may be one of them.
KEPT_APART = (
    "trafilatura", "justext", "boilerpy", "boilerpy3", "goose", "goose3", "gne", "newspaper3k", "inscriptis", "w3m",
    "links", "elinks", "xlsx2csv", "tabula", "camelot", "catdoc", "tesseract", "pymupdf", "fitz", "pdftohtml",
)  # fmt: skip
SHAPE = {
    "pipe_tables": r"\|.*\||<td", "bare_pipes": r"规章\| \d", "rows_csv": r"规章,\d", "rows_tab": r"规章\t\d",
    "office_html": r"<td", "ascii_tables": r"规章 {2,}|\|规章", "data_frames": r"规章.*[,|] *\d",
    "docx_apart": r"规章\t\d", "pdf_tables": r"规章,\d", "nodes_on_lines": r"规章\s*\n",
    "cells_as_paragraphs": r"规章\s*\n\s*\n?\d",
}  # fmt: skip
LOSSY = ("nodes_joined", "articles", "ascii_tables", "pdf_boxes", "pdf_lines", "pdf_raw", "pdf_tables")


def name_of(one: Converter) -> str:
    return one.name


@cache
def source_of(kind: str) -> Source:
    return draw_source(kind, Random(f"test/{kind}/4"), STYLE[kind])


def test_every_kind_is_in_one_split_and_every_split_has_converters() -> None:
    kinds = [kind for split in SPLITS for kind in SPLIT_KINDS[split]]
    assert len(set(kinds)) == len(kinds)
    assert {one.kind for one in CONVERTERS} == set(kinds)
    names = [one.name for one in CONVERTERS]
    assert len(set(names)) == len(names) >= 40
    assert [one for split in SPLITS for one in converters_of(split) if one.split != split] == []
    assert sorted(one.name for split in SPLITS for one in converters_of(split)) == sorted(names)
    for split in SPLITS:
        assert len(converters_of(split)) >= 7
        assert {one.source for one in converters_of(split)} >= {"html", "pdf"}


def test_what_is_kept_apart_to_measure_with_is_not_among_them() -> None:
    words = " ".join((*(one.name for one in CONVERTERS), *(need for one in CONVERTERS for need in one.needs))).lower()
    assert [name for name in KEPT_APART if re.search(rf"(?<![a-z0-9]){name}(?![a-z])", words)] == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("one", CONVERTERS, ids=name_of)
def test_a_converter_gives_what_it_is_named_for(one: Converter) -> None:
    if one.missing:
        pytest.skip(f"not installed: {one.missing}")
    if one.source == "pdf" and not programs.is_installed("program:soffice"):
        pytest.skip("not installed: LibreOffice")
    source = source_of(one.source)
    text = one.convert(source.data)
    assert re.search(SHAPE.get(one.kind, "申请人情况"), text)
    fate = tell_fate(text, source.page.sheets, source.sentences)
    assert one.kind in LOSSY or fate.numbers == INTACT


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert programs.is_installed("python:json")
    absent = ("python:no_such_package", "python:no_such.package", "program:no-such-program", "node:no-such-package")
    for need in absent:
        assert not programs.is_installed(need)
    one = Converter("made_up", "articles", "html", "txt", ("python:json", *absent), bytes.decode)
    assert one.missing == absent
    monkeypatch.setattr(catalogue, "CONVERTERS", (one,))
    assert converters_of("test") == (one,)
