"""XLSX -> Document: every sheet is a page; what empty rows part are tables of their own."""

import contextlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from lxml import etree

from gouji.document import Document, FigureKind, SourceTooLarge, UnreadableSource
from gouji.readers.held import Held, Mark
from gouji.readers.inside import read_holding
from gouji.readers.media import XLSX
from gouji.readers.office.containers import Block, DelimitedCell, blocks_to_holding, check_container, require_text

MAX_CELLS = 200_000
MAX_PLACES = 2_000_000  # rows times columns of a sheet
MAX_SHEETS = 50
_RANGE = re.compile(r"\s*\$?([A-Za-z]{1,3})\$?(\d{1,9})(?::\$?([A-Za-z]{1,3})\$?(\d{1,9}))?\s*")


def xlsx_to_document(data: bytes, inside: bool = False) -> Document:
    """Read an XLSX. A formula whose result was not saved is `unread`.

    inside: whether it stands inside another document, and its pictures are left alone. Raises UnreadableSource and
    SourceTooLarge.
    """
    import openpyxl

    check_container(data)
    _check_merges(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it leaves out
            formulas = openpyxl.load_workbook(io.BytesIO(data))
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError) as error:
        raise UnreadableSource("the XLSX is damaged") from error
    if len(formulas.worksheets) > MAX_SHEETS:
        raise SourceTooLarge(f"{len(formulas.worksheets)} sheets; at most {MAX_SHEETS} are read")
    blocks: list[tuple[int, Block]] = []
    for page, (printed, saved) in enumerate(zip(formulas.worksheets, values.worksheets, strict=True), 1):
        blocks += _with_pictures(list(_sheet(printed, saved, page)), printed, page)
    holding = blocks_to_holding([block for _, block in blocks], XLSX, (formulas.properties.title or "").strip() or None)
    if not holding.document.fragments and not holding.held:
        raise UnreadableSource("the workbook is empty")
    return require_text(holding.document if inside else read_holding(holding))


def _with_pictures(blocks: list[tuple[int, Block]], sheet: Any, page: int) -> list[tuple[int, Block]]:
    """The blocks of a sheet with its pictures, each by the row where it begins."""
    for picture in sheet._images:
        row = getattr(getattr(picture.anchor, "_from", None), "row", 0) + 1
        try:
            held = Held(picture._data())
        except (OSError, ValueError, KeyError):
            continue
        blocks.append((row, Block(page=page, marks=(Mark(FigureKind.PICTURE, held=held),))))
    return sorted(blocks, key=lambda block: block[0])


def _check_merges(data: bytes) -> None:
    """Merged cells are held to the limit before openpyxl makes an object for every place that they cover.

    As an XML parser reads them, and in every part: a sheet may stand anywhere, in any encoding, its references in
    quotes of either kind.
    """
    places = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".rels", ".vml", ".png", ".jpeg", ".jpg", ".bin")):
                continue
            with archive.open(name) as part, contextlib.suppress(etree.XMLSyntaxError):  # no XML, or openpyxl says so
                for _, element in etree.iterparse(part, tag="{*}mergeCell", resolve_entities=False, no_network=True):
                    places += _area(element.get("ref", ""))
                    element.clear()
                    if places > MAX_CELLS:
                        raise SourceTooLarge("merged cells over more places than a table has")


def _area(reference: str) -> int:
    found = _RANGE.fullmatch(reference)
    if found is None or found[3] is None:
        return 1

    def number(letters: str) -> int:
        return sum((ord(letter) - 64) * 26**n for n, letter in enumerate(reversed(letters.upper())))

    return (abs(number(found[3]) - number(found[1])) + 1) * (abs(int(found[4]) - int(found[2])) + 1)


def _sheet(printed: Any, saved: Any, page: int) -> Iterator[tuple[int, Block]]:
    """The blocks of a sheet, each by the row where it begins."""
    if printed.max_row * printed.max_column > MAX_PLACES:
        raise SourceTooLarge(f"a sheet of {printed.max_row} rows and {printed.max_column} columns")
    spans, covered = _merged(printed)
    texts: dict[tuple[int, int], tuple[str, bool]] = {}
    for place, cell in sorted(printed._cells.items()):  # those that are there: `iter_rows` makes one for every place
        if cell.value is not None and place not in covered:
            text = _to_text(saved._cells[place].value if place in saved._cells else None)
            texts[place] = (text, not text and cell.data_type == "f")
    texts = {place: content for place, content in texts.items() if content[0] or content[1]}
    if len(texts) > MAX_CELLS:
        raise SourceTooLarge(f"more than {MAX_CELLS} cells on a sheet")
    rows = sorted({row for row, _ in texts} | {row for row, _ in covered})
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    places = iter(groupby(texts, key=lambda place: place[0]))  # both are in the order of the rows
    row, inside = next(places, (0, iter(())))
    for run in runs:
        own: list[tuple[int, int]] = []
        while row and row <= run[-1]:
            own += inside
            row, inside = next(places, (0, iter(())))
        yield from ((run[0], block) for block in _run(run, own, texts, spans, covered, page))


def _run(
    run: list[int],
    inside: list[tuple[int, int]],
    texts: dict[tuple[int, int], tuple[str, bool]],
    spans: dict[tuple[int, int], tuple[int, int]],
    covered: set[tuple[int, int]],
    page: int,
) -> Iterator[Block]:
    if not inside:
        return
    first = min(column for _, column in inside)
    last = max(column + spans.get((row, column), (1, 1))[1] - 1 for row, column in inside)
    if (run[-1] - run[0] + 1) * (last - first + 1) > MAX_CELLS:
        raise SourceTooLarge(f"more than {MAX_CELLS} cells in a table")
    cells: list[DelimitedCell] = []
    for row in run:
        for column in range(first, last + 1):
            if (row, column) not in covered:
                text, unread = texts.get((row, column), ("", False))
                down, across = spans.get((row, column), (1, 1))
                cells.append(DelimitedCell(row - run[0], column - first, down, across, text, unread))
    if len(inside) == 1:
        yield Block(texts[inside[0]][0], page=page)
    else:
        yield Block(cells=tuple(cells), page=page)


def _merged(sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """The spans of merged cells by their first place, and the places that they cover besides it."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for merged in sheet.merged_cells.ranges:
        down, across = merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1
        spans[merged.min_row, merged.min_col] = (down, across)
        covered |= {
            (row, column)
            for row in range(merged.min_row, merged.max_row + 1)
            for column in range(merged.min_col, merged.max_col + 1)
        } - {(merged.min_row, merged.min_col)}
    return spans, covered


def _to_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    return str(value).strip()
