"""Tables without ruling lines: columns from their headers and numbers, rows from their labels.

The lines of all pages are laid under one another without margins (the flow), so a page break is a gap like any
other. Pieces of text that stand over one another are stacked, and a stack is cut into labels where the cuts give
the official ones best. Columns are where the leaf headers and the numbers stand. A row and a column meet in a
cell: where no number stands, the cell is there and empty. What is not recognised stays as lines of words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from gouji.document import Box
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, Row, head, template
from gouji.readers.page.grids import Grid, GridCell
from gouji.readers.page.ink import lowest, union
from gouji.readers.page.labelling import Label, Piece, find_labels, is_value, official_rows
from gouji.readers.page.placing import nearest_row, place_numbers
from gouji.text.labels import canonical
from gouji.text.likeness import LIKE_LINE, likeness_inside

_MISREAD = 2  # characters that a misread number may have
_LEAST = 0.72  # likeness from which a text is taken for an official label


def cell_of(pieces: Iterable[Piece], row: int, column: int, row_span: int = 1, column_span: int = 1) -> GridCell:
    """A cell of printed pieces; its box is that of the pieces on the page where it begins."""
    ordered = list(pieces)
    page = ordered[0].page
    box = union(piece.chunk.box for piece in ordered if piece.page == page)
    text = "".join(piece.chunk.text for piece in ordered)
    score = lowest(piece.chunk.score for piece in ordered)
    unread = any(piece.chunk.unread for piece in ordered)
    return GridCell(row, column, row_span, column_span, text, page, box, score, unread)


def value_cell(found: Sequence[Piece], row: int, column: int, label: Piece, across: Box) -> GridCell:
    """A value cell: what stands there, or an empty cell where row and column meet."""
    if found:
        cell = cell_of(sorted(found, key=lambda p: (p.box[1], p.x)), row, column)
        # On a scan, two numbers in a cell are a number that was torn, or one of another cell.
        torn = len(found) > 1 and cell.score is not None
        if torn or any(not is_value(piece.chunk) for piece in found):
            return replace(cell, text="", unread=True)
        return replace(cell, text=" ".join(piece.chunk.text for piece in found))
    box = (across[0], label.chunk.box[1], across[2], label.chunk.box[3])
    return GridCell(row, column, 1, 1, "", label.page, box)


def read_region(pieces: Sequence[Piece], table: str) -> tuple[Grid, set[int]] | None:
    """The grid of one table out of its pieces, and the places in `pieces` that it uses; None if it is not one."""
    if table == ACTIVE_DISCLOSURE:
        return _read_disclosure(pieces)
    if table == APPLICATIONS:
        return _read_applications(pieces)
    return _read_review(pieces)


def _split(pieces: Sequence[Piece], left: float, top: float) -> tuple[list[Piece], list[Piece]]:
    """Values right of `left` and under `top`, and everything else.

    On a scan, what stands alone in a place for numbers and was read as none is a value that could not be read.
    """
    values = [
        p
        for p in pieces
        if p.x > left
        and p.y > top
        and (is_value(p.chunk) or (p.chunk.score is not None and p.box[0] > left and len(p.chunk.text) <= _MISREAD))
    ]
    chosen = {id(p) for p in values}
    return values, [p for p in pieces if id(p) not in chosen]


def _leaf_columns(labels: Sequence[Label], wanted: Sequence[str]) -> list[Label]:
    names = {canonical(label) for label in wanted}
    found = sorted((label for label in labels if label.official in names and label.likeness >= 0.5), key=lambda c: c.x)
    # One label a column: the lowest of those that stand over one another.
    columns: list[Label] = []
    for label in found:
        if columns and label.x - columns[-1].x < 6:
            columns[-1] = max(columns[-1], label, key=lambda c: c.y)
        else:
            columns.append(label)
    return columns


def _read_applications(pieces: Sequence[Piece]) -> tuple[Grid, set[int]] | None:
    rows = official_rows(APPLICATIONS)
    first = min(rows, key=lambda label: _order(APPLICATIONS, label))
    starts = [
        p for p in pieces if likeness_inside(canonical(p.chunk.text), first) > LIKE_LINE and len(p.chunk.text) > 3
    ]
    tops = [p.box[1] for p in starts] or [p.box[1] for p in pieces if is_value(p.chunk)]
    if not tops:
        return None
    top = min(tops)
    header = [p for p in pieces if p.y < top]
    columns = _leaf_columns(find_labels(header, APPLICATIONS), [c.label for c in next(iter(rows.values())).columns])
    if len(columns) < 4:
        return None
    pitch = sorted(b.x - a.x for a, b in pairwise(columns))[(len(columns) - 1) // 2]
    # A number may stand at the very left of its column; a label may reach to there.
    left = columns[0].x - 0.5 * pitch
    values, _ = _split([p for p in pieces if p.y > top], columns[0].x - 0.9 * pitch, top)
    chosen = {id(p) for p in values}
    texts = [p for p in pieces if p.y >= top and id(p) not in chosen and p.box[0] < left]
    labels = find_labels(texts, APPLICATIONS)
    places = place_numbers(values, [column.box for column in columns])
    body = [label for label in labels if label.official in rows and label.likeness >= _LEAST]
    rows = _rows_of_form(APPLICATIONS, [label.official for label in body])
    body = _once_each([label for label in body if label.official in rows])
    if len(body) < 5:
        return None
    last = max(label.box[3] for label in body)
    cells: list[GridCell] = []
    used: set[int] = {id(p) for label in (*columns, *body) for p in label.pieces}
    depth = max(len(rows[label.official].under) for label in body)
    for k, column in enumerate(columns):
        cells.append(cell_of(column.pieces, 0, depth + 1 + k))
    by_place: dict[tuple[int, int], list[Piece]] = {}
    for value, k in zip(values, places, strict=True):
        if value.y > last + 1.5 * value.height:
            continue
        n = nearest_row(body, value)
        if n is not None:
            by_place.setdefault((n, k), []).append(value)
            used.add(id(value))
    for n, label in enumerate(body):
        under = len(rows[label.official].under)
        cells.append(cell_of(label.pieces, n + 1, under, 1, depth + 1 - under))
        for k, column in enumerate(columns):
            cells.append(value_cell(by_place.get((n, k), []), n + 1, depth + 1 + k, label.pieces[0], column.box))
    for group in labels:
        if group.official in rows or group.likeness < 0.6 or group.box[1] > last:
            continue
        places_under = [n for n, b in enumerate(body) if group.official in map(canonical, rows[b.official].under)]
        if places_under:
            opens = places_under[0]
            level = [canonical(u) for u in rows[body[opens].official].under].index(group.official)
            if not any(c.row == opens + 1 and c.column == level for c in cells):
                cells.append(cell_of(group.pieces, opens + 1, level, len(places_under)))
                used |= {id(p) for p in group.pieces}
    return _grid(cells, columns, len(body) + 1), _places(pieces, used)


def _rows_of_form(table: str, found: Sequence[str]) -> Mapping[str, Row]:
    """The rows of the form that has most of the labels found: a row of one form is a group of the other."""
    choices = [{canonical(row.label): row for row in template(table, form).rows} for form in FORMS]
    return max(choices, key=lambda rows: len(set(found) & set(rows)) - 0.5 * len(set(rows) - set(found)))


def _once_each(body: Sequence[Label]) -> list[Label]:
    """Each official row once: the best of those that claim it."""
    best: dict[str, Label] = {}
    for label in body:
        if label.official not in best or label.likeness > best[label.official].likeness:
            best[label.official] = label
    return sorted(best.values(), key=lambda label: label.y)


def _order(table: str, label: str) -> int:
    rows = template(table, FORMS[0]).rows
    return next((n for n, row in enumerate(rows) if canonical(row.label) == label), len(rows))


def _read_disclosure(pieces: Sequence[Piece]) -> tuple[Grid, set[int]] | None:
    rows = official_rows(ACTIVE_DISCLOSURE)
    labels = find_labels([p for p in pieces if not is_value(p.chunk)], ACTIVE_DISCLOSURE)
    values = [p for p in pieces if is_value(p.chunk)]
    body = _once_each([label for label in labels if label.official in rows and label.likeness >= _LEAST])
    if len(body) < 3:
        return None
    clauses = {canonical(row.under[0]) for row in rows.values()}
    opened = sorted(
        (label for label in labels if label.official in clauses and label.likeness > 0.85), key=lambda b: b.y
    )
    names = {
        canonical(c.label) for form in FORMS for row in template(ACTIVE_DISCLOSURE, form).rows for c in row.columns
    }
    headers = [label for label in labels if label.official in names and label.likeness >= 0.6]
    corners = [label for label in labels if label.official == head(ACTIVE_DISCLOSURE)]
    bounds = [label.y for label in opened] or [label.y - 1 for label in corners]
    if not headers or not bounds:
        return None
    cells: list[GridCell] = []
    used: set[int] = set()
    width = 1
    row = 0
    edges = [*sorted(bounds), float("inf")]
    blocks: list[tuple[list[Label], list[Label], float, float]] = []
    for top, bottom in pairwise(edges):
        block = [label for label in body if top < label.y < bottom]
        heads = sorted((h for h in headers if top - 1 < h.y < bottom), key=lambda h: h.x)
        if block and heads:
            blocks.append((block, heads, top, bottom))
            width = max(width, len(heads))
    for block, heads, top, bottom in blocks:
        for clause in opened:
            if clause.y == top:
                cells.append(cell_of(clause.pieces, row, 0, 1, width + 1))
                used |= {id(p) for p in clause.pieces}
                row += 1
        for corner in corners:
            if top - 1 <= corner.y < bottom:
                cells.append(cell_of(corner.pieces, row, 0))
                used |= {id(p) for p in corner.pieces}
        spans = [1] * (len(heads) - 1) + [width - len(heads) + 1]
        for k, header in enumerate(heads):
            cells.append(cell_of(header.pieces, row, k + 1, 1, spans[k]))
            used |= {id(p) for p in header.pieces}
        left = max(label.box[2] for label in block)
        mine = [v for v in values if min(h.y for h in heads) < v.y < bottom and v.x > left]
        places = place_numbers(mine, [head.box for head in heads])
        by_place: dict[tuple[int, int], list[Piece]] = {}
        for value, k in zip(mine, places, strict=True):
            n = nearest_row(block, value)
            if n is not None:
                by_place.setdefault((n, k), []).append(value)
                used.add(id(value))
        for n, label in enumerate(block):
            row += 1
            cells.append(cell_of(label.pieces, row, 0))
            used |= {id(p) for p in label.pieces}
            for k, header in enumerate(heads):
                cell = value_cell(by_place.get((n, k), []), row, k + 1, label.pieces[0], header.box)
                cells.append(replace(cell, column_span=spans[k]))
        row += 1
    return (_grid(cells, headers, row), _places(pieces, used)) if cells else None


def _read_review(pieces: Sequence[Piece]) -> tuple[Grid, set[int]] | None:
    blocks = template(REVIEW_LITIGATION, FORMS[0]).rows
    values = [p for p in pieces if is_value(p.chunk)]
    labels = find_labels([p for p in pieces if not is_value(p.chunk)], REVIEW_LITIGATION)
    columns = _leaf_columns(labels, [column.label for block in blocks for column in block.columns])
    if len(columns) < 6:
        return None
    bottom = max(column.box[3] for column in columns)
    height = max(piece.height for column in columns for piece in column.pieces)
    below = [v for v in values if bottom - 0.3 * height < v.y < bottom + 6 * height]
    if below:
        level = min(v.y for v in below)
        below = [v for v in below if v.y < level + 0.6 * height]
    used = {id(p) for column in columns for p in column.pieces} | {id(v) for v in below}
    cells: list[GridCell] = []
    leaves = {canonical(column.label) for block in blocks for column in block.columns}
    for label in labels:
        if label.official not in leaves and label.likeness > 0.8:
            under = [k for k, c in enumerate(columns) if _is_under(label.official, c, k, columns)]
            if under:
                deep = 0 if label.official in map(canonical, (blocks[0].label, *blocks[1].under)) else 1
                cells.append(cell_of(label.pieces, deep, under[0], 1, len(under)))
                used |= {id(p) for p in label.pieces}
    for k, column in enumerate(columns):
        cells.append(cell_of(column.pieces, 2, k))
    by_place: dict[int, list[Piece]] = {}
    for value, k in zip(below, place_numbers(below, [column.box for column in columns]), strict=True):
        by_place.setdefault(k, []).append(value)
    beside = below[0] if below else columns[0].pieces[-1]
    for k, column in enumerate(columns):
        cells.append(value_cell(by_place.get(k, []), 3, k, beside, column.box))
    return _grid(cells, columns, 4), _places(pieces, used)


def _is_under(header: str, column: Label, k: int, columns: Sequence[Label]) -> bool:
    """Whether the header stands over the column, when all blocks are printed in full."""
    blocks = template(REVIEW_LITIGATION, FORMS[0]).rows
    if len(columns) != sum(len(block) for block in blocks):
        return False
    start = 0
    for block in blocks:
        if start <= k < start + len(block):
            return header in map(canonical, (block.label, *block.under))
        start += len(block)
    return False


def _grid(cells: Sequence[GridCell], columns: Sequence[Label], rows: int) -> Grid:
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return Grid(tuple(sorted(column.x for column in columns)), rows, ordered)


def _places(pieces: Sequence[Piece], used: set[int]) -> set[int]:
    return {n for n, piece in enumerate(pieces) if id(piece) in used}
