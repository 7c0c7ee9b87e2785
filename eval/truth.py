"""What the documents of a set truly print: truths, records, and the two forms a set is stored in.

A set is a file of JSON Lines (`.jsonl`, `.jsonl.gz`) with one document a line, or a folder of cases
`<case>/{report.*, truth.json}`, where every `report.*` of a case is a document of one truth. A truth names every
cell of the form of each table: a number is printed, `null` is blank, `"absent"` and `"unread"` are themselves, and
`"empty"` is blank or absent, where nobody can tell which. A table that is `null` is missing from the document. One that
is `{"form": null, "elsewhere": true}` is not in this source either, but the source does not show that the report lacks
it (a linked picture, an annex, a text that breaks off, a page that is no report): nobody may deny it. The tables may
also stand at the top level of the object. A source with several reports has their truths in `{"reports": [...]}`.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gouji.forms import FORMS, TABLES, template
from gouji.tables import CellState, Number

EMPTY = "empty"
UNSEEN = "unseen"  # the stratum of what is in test sets only
MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What one cell prints: `value` is a number for a printed cell, else None. `either`: blank and absent are right."""

    value: Number | None
    state: CellState
    either: bool = False


@dataclass(frozen=True, slots=True)
class TrueTable:
    """One table that the document holds: every cell of its form."""

    table: str
    form: str
    cells: Mapping[str, TrueCell]


@dataclass(frozen=True, slots=True)
class Truth:
    """What one report holds. `tables` has all of `TABLES`; None is a table that the document does not hold.

    elsewhere: those of them that are not to be denied; see the module.
    """

    agency: str | None
    year: int | None
    tables: Mapping[str, TrueTable | None]
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a set.

    truth_id: documents made of one truth share it; they are not independent and are resampled together.
    unseen: there is a kind of damage, a layout or a style in this document that no training document has.
    further: the truths of the reports behind the first, where the document holds several.
    """

    id: str
    truth_id: str
    name: str | None
    media_type: str | None
    content: bytes
    truth: Truth
    layout: str = ""
    kinds: tuple[str, ...] = ()
    severity: str = ""
    style: str = ""
    stratum: str = ""
    unseen: bool = False
    further: tuple[Truth, ...] = ()

    @property
    def truths(self) -> tuple[Truth, ...]:
        """The truth of every report in the document."""
        return (self.truth, *self.further)

    @property
    def text(self) -> str:
        """The content as text: UTF-8, else GB 18030 with what it does not know replaced."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return self.content.decode("gb18030", errors="replace")


def read_truth(raw: Mapping[str, Any]) -> Truth:
    """A truth from its JSON object. Raises ValueError for a table, form or cell that the forms do not know."""
    tables = raw["tables"] if "tables" in raw else {table: raw.get(table) for table in TABLES}
    if unknown := set(tables) - set(TABLES):
        raise ValueError(f"unknown tables in a truth: {sorted(unknown)}")
    elsewhere = frozenset(t for t in TABLES if _is_elsewhere(tables.get(t)))
    held = {t: None if t in elsewhere else _read_table(t, tables.get(t)) for t in TABLES}
    return Truth(raw.get("agency"), raw.get("year"), held, elsewhere)


def read_truths(raw: Mapping[str, Any]) -> tuple[Truth, ...]:
    """The truths of every report of a source. Raises ValueError as `read_truth`, and for a source without any."""
    reports = raw.get("reports", [raw])
    if not reports:
        raise ValueError("a truth with no report")
    return tuple(read_truth(report) for report in reports)


def _is_elsewhere(raw: Mapping[str, Any] | None) -> bool:
    return raw is not None and raw["form"] is None and raw.get("elsewhere") is True


def _read_table(table: str, raw: Mapping[str, Any] | None) -> TrueTable | None:
    if raw is None:
        return None
    form, cells = raw["form"], raw["cells"]
    if form not in FORMS:
        raise ValueError(f"{table}: unknown form {form!r}")
    expected = template(table, form).cells
    if wrong := set(expected) ^ set(cells):
        raise ValueError(f"{table}: cells that the {form} form lacks, or that the truth lacks: {sorted(wrong)[:5]}")
    return TrueTable(table, form, {name: _read_cell(cells[name]) for name in expected})


def _read_cell(raw: object) -> TrueCell:
    if raw is None:
        return TrueCell(None, CellState.BLANK)
    if raw == EMPTY:
        return TrueCell(None, CellState.BLANK, either=True)
    if raw in ("absent", "unread"):
        return TrueCell(None, CellState(raw))
    if isinstance(raw, float):
        return TrueCell(Decimal(str(raw)), CellState.PRINTED)
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return TrueCell(raw, CellState.PRINTED)
    raise ValueError(f"not the truth of a cell: {raw!r}")


def read_set(path: Path) -> list[Record]:
    """All documents of a set, in their order. Raises ValueError for a line or a truth that cannot be read."""
    return list(_read_cases(path) if path.is_dir() else _read_lines(path))


def _read_lines(path: Path) -> Iterator[Record]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                raw = json.loads(line, parse_float=Decimal)
                yield read_record(raw)
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path}:{number}: {error}") from error


def read_record(raw: Mapping[str, Any]) -> Record:
    """One line of a set. Raises KeyError or ValueError for one that lacks a field."""
    content = raw["content"].encode() if "content" in raw else base64.b64decode(raw["content_base64"], validate=True)
    truth, *further = read_truths(raw["truth"])
    return Record(
        id=raw["id"],
        truth_id=raw["truth_id"],
        name=raw.get("name"),
        media_type=raw.get("media_type"),
        content=content,
        truth=truth,
        layout=raw.get("layout") or "",
        kinds=tuple(raw.get("kinds") or ()),
        severity=str(raw.get("severity") or ""),
        style=raw.get("style") or "",
        stratum=raw.get("stratum") or "",
        unseen=bool(raw.get("unseen")) or raw.get("stratum") == UNSEEN,
        further=tuple(further),
    )


def case_to_stratum(case: str) -> str:
    """The stratum of a case: the first word of its name, `layout` for the ids of layouts (`l01_paragraphs`)."""
    first = case.split("_", 1)[0]
    return "layout" if re.fullmatch(r"l\d+[a-z]?", first) else first


def _read_cases(folder: Path) -> Iterator[Record]:
    for truth_path in sorted(folder.glob("*/truth.json")):
        raw = json.loads(truth_path.read_text(encoding="utf-8"), parse_float=Decimal)
        try:
            truth, *further = read_truths(raw)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{truth_path}: {error}") from error
        case = truth_path.parent
        for path in sorted(case.glob("report.*")):
            yield Record(
                id=f"{case.name}/{path.name}",
                truth_id=str(raw.get("truth_id") or case.name),
                name=path.name,
                media_type=MEDIA_TYPES.get(path.suffix.lower()),
                content=path.read_bytes(),
                truth=truth,
                layout=raw.get("layout") or path.suffix.lower().lstrip("."),
                kinds=tuple(raw.get("kinds") or ()),
                stratum=raw.get("stratum") or case_to_stratum(case.name),
                further=tuple(further),
            )
