"""A spreadsheet written as a stream: rows go out as they come, so that a million cells need no memory.

The few parts of Office Open XML (ECMA-376) that a plain table needs; openpyxl keeps its whole file back until the end
and takes several times as long. Text is written as text and never as a formula.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

ROWS_A_SHEET = 1_048_576  # what Excel can open; the rest goes on in the next sheet
_AT_ONCE = 2000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class ByteSink:
    """A file that is only written to; `take` gives what came in since."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.closed = False

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def take(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if value is True or value is False:
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    printed = escape(_UNPRINTABLE.sub("", str(value))[:32767])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{printed}</t></is></c>'


def _row(row: Sequence[Any]) -> str:
    return f"<row>{''.join(map(_cell, row))}</row>"


def stream_xlsx(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet_rows: int = ROWS_A_SHEET
) -> Iterator[bytes]:
    """The bytes of a workbook. Every sheet begins with the header, frozen."""
    sink = ByteSink()
    sheets = 0
    left = iter(rows)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        more = True
        while more:
            sheets += 1
            with package.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
                view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
                sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}">{view}<sheetData>{_row(header)}'.encode())
                written = 1
                while more and written < sheet_rows:
                    some = [_row(row) for row in islice(left, min(_AT_ONCE, sheet_rows - written))]
                    more = bool(some)
                    written += len(some)
                    sheet.write("".join(some).encode())
                    yield sink.take()
                sheet.write(b"</sheetData></worksheet>")
        for name, part in _frame(sheets):
            package.writestr(name, _XML + part)
    yield sink.take()


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    """What holds the sheets together."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}</Types>',
    )
    relation = '<Relationship Id="{}" Type="{}" Target="{}"/>'
    document = relation.format("rId1", f"{_OFFICE}/officeDocument", "xl/workbook.xml")
    yield "_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{document}</Relationships>'
    named = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
    targets = "".join(relation.format(f"rId{n}", f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    yield "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>'
