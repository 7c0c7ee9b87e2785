"""Tells files that this program wrote from reports, by what is in them: sheets of an ingest, exports, results.

Reads a little of a file and never all of it; imports no database, so that `parse` starts quickly.
"""

import csv
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from gouji_service.commands.ingest_sheet import COLUMNS
from gouji_service.export.columns import LONG_COLUMNS, REPORT_COLUMNS

_TOLD = 4  # columns that tell a table; later versions add theirs at the end
_LINE = 8 * 1024 * 1024  # of the first line of JSON, at most
_HEAD = 8192
_SHEET_TEXT = re.compile(rb"<t(?: [^>]*)?>([^<]*)</t>")
_SHEETS = {COLUMNS[:_TOLD]: "ingest_sheet"}
_SHEETS |= {tuple(c.key for c in columns[:_TOLD]): "export" for columns in (REPORT_COLUMNS, LONG_COLUMNS)}
_SHEETS |= {tuple(c.label for c in columns[:_TOLD]): "export" for columns in (REPORT_COLUMNS, LONG_COLUMNS)}
_OBJECTS = (
    ({"report", "source", "tables", "checks", "parser"}, "result"),
    ({"status", "code", "detail", "source"}, "result"),  # the problem of a file, as `parse` prints it
    ({"truth_id", "truth", "content_base64"}, "export"),
    *(({column.key for column in LONG_COLUMNS[:_TOLD]}, "export"), ({c.label for c in LONG_COLUMNS[:_TOLD]}, "export")),
)


def name_own_file(path: Path) -> str | None:
    """`ingest_sheet`, `export` or `result` for a file that `gouji` wrote; None for any other, or one not readable."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith(b"PAR1"):
                return _name_columns(_parquet_names(path))
            if head.startswith(b"PK"):
                return _name_columns(_xlsx_names(path)) if path.suffix.lower() == ".xlsx" else None
            text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
            if text.startswith(b"{"):
                file.seek(0)
                return _name_object(file.readline(_LINE))
        first = text.partition(b"\n")[0].decode("utf-8", "replace")
        return _name_columns(next(csv.reader([first]), []))
    except (OSError, csv.Error, zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError):
        return None


def _name_columns(names: Sequence[str]) -> str | None:
    return _SHEETS.get(tuple(names[:_TOLD]))


def _name_object(line: bytes) -> str | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and isinstance(found.get("reports"), list):  # several of one source, as HTTP answers
        found = next(iter(found["reports"]), None)
    if not isinstance(found, dict):
        return None
    return next((name for keys, name in _OBJECTS if keys <= found.keys()), None)


def _xlsx_names(path: Path) -> list[str]:
    """The first texts of the first sheet: its header, written into the sheet or beside it."""
    with zipfile.ZipFile(path) as package:
        members = set(package.namelist())
        for member in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
            if member in members:
                with package.open(member) as part:
                    names = [name.decode("utf-8", "replace") for name in _SHEET_TEXT.findall(part.read(_HEAD))]
                if _name_columns(names):
                    return names
    return []


def _parquet_names(path: Path) -> Sequence[str]:
    """The first column names, as the footer of a Parquet file spells them out."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(size - 8 - length, 0))
        footer = file.read(_HEAD)
    for names in _SHEETS:
        places = [footer.find(name.encode()) for name in names]
        if -1 not in places and places == sorted(places):
            return names
    return ()
