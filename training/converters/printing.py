"""What a report prints, and the numbers of a text that may be it: both as lists in reading order."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gouji.forms import TABLES
from training.network.tokens import LABEL, VALUE
from training.pages.sheets import Sheet

GLUED_MARK = "·"  # stands for the ordinal of a label: 1.属于国家秘密
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RUN = re.compile(r"(\d+(?:\.\d+)?)(·?)")
_ORDINAL = re.compile(r"\d(?=\s*[.、]\s*[一-鿿])")
_INLINE = re.compile(r"</?(?:a|b|em|font|i|o:p|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&nbsp;")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")  # Markdown: 1\.5
_SILENT = re.compile(r"\s")  # what a converter may put into a sentence


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of values: its last label and the columns that it goes over, and what each cell prints, "" for nothing."""

    table: str
    label: str
    span: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text. One that runs into the ordinal of a label ends in `GLUED_MARK`. digits: as they stand."""

    number: str
    digits: str
    start: int
    end: int


def fold(text: str) -> str:
    """Characters of one form: brackets, digits and radicals as everyone writes them."""
    return unicodedata.normalize("NFKC", text)


def mark_ordinals(text: str) -> str:
    """The ordinals of labels replaced: they are no numbers."""
    return _ORDINAL.sub(GLUED_MARK, text)


def read_rows(sheets: Mapping[str, Sheet]) -> list[PrintedRow]:
    """The rows of a report that have values, in the order of the page."""
    rows = []
    for table in TABLES:
        for row in sheets[table].rows if table in sheets else ():
            label, span = next(((fold(cell.text), cell.colspan) for cell in row if cell.kind == LABEL), ("", 0))
            values = tuple(fold(cell.text) for cell in row if cell.kind == VALUE)
            if values:
                rows.append(PrintedRow(table, label, span, values))
    return rows


def numbers_of(value: str) -> list[str]:
    """The numbers that a cell prints: one, or none (未增未减)."""
    return [_plain(found) for found in digits_of(value)]


def digits_of(value: str) -> list[str]:
    """The same as they stand, without the commas of thousands."""
    return _NUMBER.findall(value.replace(",", ""))


def _plain(number: str) -> str:
    """Without zeros behind the point: a workbook's 3 may come back as 3.0."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def ready_text(text: str, rows: Iterable[PrintedRow], sentences: Iterable[str]) -> str:
    """The text without `sentences`, ordinals of labels, commas of thousands and tags; those of blocks are bars."""
    text = _cut_out(fold(_ESCAPE.sub(r"\1", _TAG.sub("|", _INLINE.sub("", text)))), sentences)
    for value in (value for row in rows for value in row.values if "," in value):
        text = text.replace(value, value.replace(",", ""))
    return mark_ordinals(text)


def _cut_out(text: str, sentences: Iterable[str]) -> str:
    """The text with these sentences blanked, however they are broken over lines."""
    places = [k for k, char in enumerate(text) if not _SILENT.match(char)]
    dense = "".join(text[k] for k in places)
    chars = list(text)
    for sentence in sorted({_SILENT.sub("", fold(one)) for one in sentences}, key=len, reverse=True):
        at = dense.find(sentence) if sentence else -1
        while at >= 0:
            end = at + len(sentence)
            for k in range(places[at], places[end - 1] + 1):
                chars[k] = "\n"
            at = dense.find(sentence, end)
    return "".join(chars)


def find_numbers(text: str) -> list[Found]:
    """The numbers of a text that `ready_text` gave."""
    return [Found(_plain(found[1]) + found[2], found[1], found.start(), found.end(1)) for found in _RUN.finditer(text)]
