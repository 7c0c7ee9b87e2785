"""Pictures of what went wrong: one HTML page of the worst documents of a run, source beside tables.

`python -m eval.gallery --engine rules` reads what `eval.evaluate` or `eval.compare` left in `runs/eval/` and the
set it was run on. The page needs nothing from outside: its little script only filters, and whatever the sources
hold is shown in frames that run nothing and load nothing.
"""

import argparse
import base64
import gzip
import html
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from string import Template
from typing import Any

from eval.evaluate import DOCUMENTS, FROZEN_SET, set_to_name
from eval.metrics import SURE, Judgement, judge_cell
from eval.truth import Record, TrueCell, TrueTable, read_set
from gouji.document import SourceError
from gouji.extras import MissingExtra
from gouji.forms import REVIEW_LITIGATION, TABLES, template
from gouji.page_layout import document_to_layouts
from gouji.readers import read
from gouji.readers.pdf.rendering import render_pages
from gouji.tables import Cell, CellState

WORST = 60
_PAGES = 4  # of a PDF that are shown
_LONGEST = 60_000  # characters of a text that are shown
_SCALE = 1.2  # pixels in a point
_COLORS = {
    "number": "#188c1e", "mark": "#7fbf3f", "empty": "#f0a020", "unread": "#d62828", "label": "#2060d0",
    "text": "#909090", "table": "#000000", "figure": "#a030a0",
}  # fmt: skip
_LEGEND = "as it was read: " + ", ".join(f'<b style="color:{color}">{name}</b>' for name, color in _COLORS.items())
_NAMES = dict(zip(TABLES, ("二 active_disclosure", "三 applications", "四 review_litigation"), strict=True))

_PAGE = Template(Path(__file__).with_name("gallery.html").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One document of the gallery: what it is, what was made of it, and how bad that is."""

    record: Record
    tables: dict[str, Any]
    error: str | None
    badness: float


def _cell(raw: Sequence[Any] | None) -> Cell | None:
    if raw is None:
        return None
    number = None if raw[0] is None else Decimal(str(raw[0]))
    value = int(number) if number is not None and number == int(number) else number
    return Cell(value, None, CellState(raw[1]), float(raw[2]))


def _print(value: object, state: CellState) -> str:
    return f"{value}" if state is CellState.PRINTED else {"blank": "□", "absent": "×", "unread": "?"}[state.value]


def _plain(cell: TrueCell) -> TrueCell:
    """The truth with its decimals as what was written of the run has them: numbers of JSON."""
    if cell.value is None or cell.value == int(cell.value):
        return cell
    return TrueCell(Decimal(str(float(cell.value))), cell.state, cell.either)


def weigh_mistakes(record: Record, tables: dict[str, Any]) -> float:
    """How badly a document was read: a silent error counts 5, a wrong number 2, a missed one 1, a state 0.1."""
    weights = {Judgement.RIGHT: 0.0, Judgement.WRONG: 2.0, Judgement.MISSED: 1.0, Judgement.STATE: 0.1}
    bad = 0.0
    for table in TABLES:
        true, got = record.truth.tables[table], tables.get(table, {}).get("cells", {})
        cells = {name: _plain(cell) for name, cell in true.cells.items()} if true else {}
        for name in cells.keys() | got.keys():
            answer = _cell(got.get(name))
            judgement = judge_cell(cells.get(name), answer)
            sure = answer is not None and answer.confidence >= SURE and answer.state is not CellState.UNREAD
            bad += 5.0 if sure and judgement in (Judgement.WRONG, Judgement.MISSED) else weights[judgement]
    return bad


def choose_exhibits(records: Sequence[Record], documents: Sequence[dict[str, Any]], worst: int) -> list[Exhibit]:
    """The worst documents of a run, worst first; exact ones are never shown."""
    known = {record.id: record for record in records}
    exhibits = []
    for document in documents:
        record = known.get(document["id"])
        if document["exact"] or record is None:
            continue
        tables = document.get("tables", {})
        exhibits.append(Exhibit(record, tables, document.get("error"), weigh_mistakes(record, tables)))
    return sorted(exhibits, key=lambda exhibit: (-exhibit.badness, exhibit.record.id))[:worst]


def show_source(record: Record) -> str:
    """The source as HTML that runs nothing: text, a sandboxed frame for HTML, pictures of pages."""
    if record.media_type == "text/html":
        return f'<iframe sandbox="" srcdoc="{html.escape(record.text)}"></iframe>'
    if record.media_type == "application/pdf":
        return (
            '<div class="scan">'
            + "".join(_picture("image/png", page) for page in draw_pages(record.content))
            + (f"<p class=note>{_LEGEND}</p></div>" if find_spec("layoutparser") else "</div>")
        )
    if record.media_type and record.media_type.startswith("image/"):
        return f'<div class="scan">{_picture(record.media_type, record.content)}</div>'
    if record.media_type == "text/plain":
        return f"<pre>{html.escape(record.text[:_LONGEST])}</pre>"
    return f"<pre>{html.escape(record.media_type or 'unknown type')}, {len(record.content)} bytes</pre>"


def _picture(media_type: str, data: bytes) -> str:
    return f'<img alt="" src="data:{media_type};base64,{base64.b64encode(data).decode()}">'


def draw_pages(data: bytes) -> list[bytes]:
    """The first pages of a PDF as PNG; with layoutparser, a box around every fragment that our reader found."""
    pages = []
    layouts = _read_layouts(data)
    for number, picture in enumerate(islice(render_pages(data, 72 * _SCALE), _PAGES)):
        if number < len(layouts):
            picture = _draw_boxes(picture, layouts[number])
        drawn = io.BytesIO()
        picture.save(drawn, format="PNG", optimize=True)
        pages.append(drawn.getvalue())
    return pages


def _read_layouts(data: bytes) -> Sequence[Any]:
    """Where our reader finds what; nothing without layoutparser, or where it cannot read the file."""
    try:
        return document_to_layouts(read(data))
    except (MissingExtra, SourceError):
        return ()


def _draw_boxes(picture: Any, layout: Any) -> Any:
    import layoutparser as lp  # type: ignore[import-untyped]

    return lp.draw_box(picture, layout.scale(_SCALE), box_width=1, box_alpha=0.15, color_map=_COLORS)


def show_cell(true: TrueCell | None, got: Cell | None) -> str:
    """One cell of a table as `td`, marked by how it was read."""
    judgement = judge_cell(true, got)
    right = judgement is Judgement.RIGHT or (true is None and judgement is Judgement.STATE)
    marks = [] if right else [judgement.value]
    if got is not None and got.confidence < SURE:
        marks.append("doubtful")
    elif got is not None and not right:
        marks.append("silent")
    text = html.escape(_print(got.value, got.state)) if got is not None else "·"
    if not right:
        text += f" <del>{html.escape(_print(true.value, true.state)) if true else 'nothing'}</del>"
    title = f' title="confidence {got.confidence}"' if got is not None else ""
    return f'<td class="{" ".join(marks)}"{title}>{text}</td>'


def show_table(name: str, true: TrueTable | None, got: dict[str, Any]) -> str:
    """One table as HTML in the form of the truth, or of what was read when the document does not hold it."""
    found = got.get("state") == "found"
    head = f"{_NAMES[name]}: form {true.form if true else 'none, missing'}"
    if found != (true is not None) or (found and true and got["form"] != true.form):
        head += f', <span class="silent">read as {html.escape(str(got.get("form") or "missing"))}</span>'
    form = true.form if true else got.get("form")
    if form is None:
        return f"<h3>{head}</h3>"
    cells, true_cells = got.get("cells", {}), true.cells if true else {}
    shape = template(name, form)
    rows = []
    for row in shape.rows:
        judged = [show_cell(_plain(true_cells[c]) if c in true_cells else None, _cell(cells.get(c))) for c in row.cells]
        label = " ".join((*row.under, row.label)) if name == REVIEW_LITIGATION else row.label
        rows.append(f"<tr><th>{html.escape(label)}</th>{''.join(judged)}</tr>")
    outside = [f"{c} {_print(*_cell_parts(cells[c]))}" for c in cells if c not in shape.cells]
    extra = f'<p class="wrong">in no cell of this form: {html.escape(", ".join(outside))}</p>' if outside else ""
    return f"<h3>{head}</h3><table>{''.join(rows)}</table>{extra}"


def _cell_parts(raw: Sequence[Any]) -> tuple[object, CellState]:
    return raw[0], CellState(raw[1])


def show_exhibit(exhibit: Exhibit) -> str:
    """One document: what it is, its source, and its tables."""
    record = exhibit.record
    kinds = html.escape(json.dumps(record.kinds, ensure_ascii=False))
    facts = [record.layout, record.style, record.severity, record.stratum, ", ".join(record.kinds) or "undamaged"]
    error = f'<p class="silent">failed: {html.escape(exhibit.error)}</p>' if exhibit.error else ""
    tables = "".join(show_table(t, record.truth.tables[t], exhibit.tables.get(t, {})) for t in TABLES)
    return (
        f'<article data-kinds="{kinds}" data-stratum="{html.escape(record.stratum)}">'
        f"<h2>{html.escape(record.id)}</h2><p class=note>{html.escape(' · '.join(f for f in facts if f))}</p>{error}"
        f'<div class="pair">{show_source(record)}<div class="tables">{tables}</div></div></article>\n'
    )


def build_page(exhibits: Sequence[Exhibit], title: str, note: str) -> str:
    """The whole page."""
    kinds = sorted({kind for exhibit in exhibits for kind in exhibit.record.kinds})
    strata = sorted({exhibit.record.stratum for exhibit in exhibits})
    options = ["".join(f"<option>{html.escape(name)}</option>" for name in names) for names in (kinds, strata)]
    return _PAGE.substitute(
        title=html.escape(title),
        note=html.escape(note),
        sure=SURE,
        kinds=options[0],
        strata=options[1],
        exhibits="".join(show_exhibit(exhibit) for exhibit in exhibits),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 when there is no run or no set."""
    parser = argparse.ArgumentParser(prog="python -m eval.gallery", description=__doc__)
    parser.add_argument("--engine", default="rules", help="default %(default)s")
    parser.add_argument("--set", type=Path, default=FROZEN_SET, help="the set of the run, default %(default)s")
    parser.add_argument("--runs", type=Path, default=DOCUMENTS, help="where runs are kept, default %(default)s")
    parser.add_argument("--worst", type=int, default=WORST, help="how many documents, default %(default)s")
    parser.add_argument("--out", type=Path, help="default: beside the run, .html")
    options = parser.parse_args(arguments)
    name = f"{set_to_name(options.set)}.{options.engine}"
    path = options.runs / f"{name}.jsonl.gz"
    try:
        records = read_set(options.set)
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            documents = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        print(f"{error}; run eval.evaluate first", file=sys.stderr)
        return 2
    exhibits = choose_exhibits(records, documents, options.worst)
    inexact = sum(not document["exact"] for document in documents)
    note = f"{inexact} of {len(documents)} documents are not exactly right; the {len(exhibits)} worst are shown."
    out = options.out or options.runs / f"{name}.html"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(build_page(exhibits, f"{options.engine} on {options.set}", note), encoding="utf-8")
    print(f"{out}: {note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
