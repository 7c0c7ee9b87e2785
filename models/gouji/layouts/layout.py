"""What a stream as a whole tells of how its table was laid out: rows on lines, drawn grids, dropped blanks, padding."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from gouji.alignment.lattice import LABEL
from gouji.document import Gap
from gouji.forms import REVIEW_LITIGATION, Template
from gouji.pieces import CellStream, Piece, PieceKind, is_torn, usual_gap
from gouji.text.labels import find_anchor, match_rows

_FEWEST = 5  # printed cells from which a share of them tells how cells are divided (set)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the stream as a whole tells.

    visible: share of the value runs that fill whole rows: 1 where blanks are shown, towards 0 where they were dropped.
    row_lines: rows stand on lines of their own.  drawn: the source draws a grid.
    torn: labels stand on lines of their own, apart from rows of values (tables torn by a PDF converter).
    repeats: merged cells are printed once for every place that they cover.
    wrapped: rows are lines divided by blanks alone, so that labels may run on below their values.
    cell_lines: every cell has a line of its own.
    led: the padding of merged cells stands between a label and its values, not at the end of the row.
    gap: what divides most values of a row.
    labels_first: every label stands before the first value (table 四 in one row).
    """

    visible: float
    row_lines: bool
    drawn: bool
    labels_first: bool
    torn: bool
    repeats: bool
    wrapped: bool
    cell_lines: bool
    gap: Gap | None
    led: bool


@lru_cache(maxsize=12)
def read_layout(stream: CellStream, template: Template) -> Layout:
    """Tell from the whole stream how rows and blanks are shown."""
    pieces = stream.pieces
    widest = max(len(row) for row in template.rows)
    runs = [run for run in value_runs(pieces) if any(p.kind is not PieceKind.EMPTY for p in run)]
    full = sum(len(run) >= widest or len(run) in {len(row) for row in template.rows} for run in runs)
    visible = full / len(runs) if runs else 1.0
    inner = [p for run in runs for p in run[1:]]
    printed = [p for p in inner if p.kind is not PieceKind.EMPTY]
    if len(printed) < _FEWEST:
        printed = inner  # a share of so few cells tells nothing: blank ones are counted as well
    broken = sum(p.fragment.newlines > 0 for p in printed) * len(inner) / max(1, len(printed))
    starts = [run[0] for run in runs]
    drawn = sum(p.fragment.grid is not None for p in pieces) > len(pieces) // 2
    row_lines = (
        bool(inner) and broken < 0.34 * len(inner) and sum(p.fragment.newlines > 0 for p in starts) < 0.5 * len(starts)
    )
    first = next((i for i, p in enumerate(pieces) if p.is_value and p.kind is not PieceKind.EMPTY), len(pieces))
    labels_after = any(
        p.kind is PieceKind.TEXT and match_rows(p.label, template.table, template.form)[:, LABEL].max() > 3.0
        for p in pieces[first:]
    )
    wrapped = (
        (row_lines or (bool(inner) and broken < 0.2 * len(inner)))
        and not drawn
        and not any(p.fragment.pipes for p in inner)
    )
    lone = sum(p.fragment.newlines > 0 or p.fragment.gap is Gap.PAGE for p in starts)
    apart = lone > 0.15 * len(starts) and len(starts) > 6
    torn = bool(inner) and not drawn and not wrapped and broken < 0.2 * len(inner) and apart
    return Layout(
        visible,
        row_lines or torn,
        drawn,
        labels_first=template.side_by_side and not labels_after,
        torn=torn,
        repeats=_repeats(pieces),
        wrapped=wrapped,
        led=_is_led(pieces, widest),
        cell_lines=not drawn and broken > 0.5 * len(inner),
        gap=usual_gap(inner),
    )


def value_lines(pieces: tuple[Piece, ...]) -> list[list[Piece]]:
    """The runs of values, cut where a line ends."""
    lines: list[list[Piece]] = []
    for run in value_runs(pieces):
        for i, piece in enumerate(run):
            if i == 0 or piece.fragment.newlines:
                lines.append([])
            lines[-1].append(piece)
    return lines


def _is_led(pieces: tuple[Piece, ...], widest: int) -> bool:
    filled = [line for line in value_lines(pieces) if any(p.kind is not PieceKind.EMPTY for p in line)]
    overfull = [line for line in filled if len(line) > widest]
    before = sum(run[0].kind is PieceKind.EMPTY and run[-1].kind is not PieceKind.EMPTY for run in overfull)
    behind = sum(run[-1].kind is PieceKind.EMPTY and run[0].kind is not PieceKind.EMPTY for run in overfull)
    return before > behind


def _repeats(pieces: tuple[Piece, ...]) -> bool:
    """Whether some header stands in three places or more in a row."""
    same = 0
    for before, piece in pairwise(pieces):
        same = same + 1 if piece.kind is PieceKind.TEXT and piece.label == before.label and piece.fragment.pipes else 0
        if same == 2:
            return True
    return False


def value_runs(pieces: tuple[Piece, ...]) -> list[list[Piece]]:
    """The runs of values between texts."""
    runs: list[list[Piece]] = []
    open_run = False
    for piece in pieces:
        if piece.is_value:
            if not open_run:
                runs.append([])
            runs[-1].append(piece)
        open_run = piece.is_value
    return runs


def header_end(pieces: tuple[Piece, ...], by_lines: bool) -> int:
    """Behind the last text that stands before the first printed value: blanks before it are padding of the header."""
    end = 0
    for i, piece in enumerate(pieces):
        if piece.kind is PieceKind.TEXT:
            end = i + 1
        elif piece.kind is not PieceKind.EMPTY:
            break
    # The padding of the last header stands on its line.
    while by_lines and end < len(pieces):
        piece = pieces[end]
        if piece.kind is not PieceKind.EMPTY or piece.fragment.newlines:
            break
        end += 1
    return end


def padding_runs(pieces: tuple[Piece, ...]) -> frozenset[int]:
    """Where every cell has a line of its own: several pipes on one line are the padding of merged cells."""
    found: set[int] = set()
    for i in range(1, len(pieces)):
        if pieces[i].kind is PieceKind.EMPTY is pieces[i - 1].kind and not pieces[i].fragment.newlines:
            found |= {i - 1, i}
    return frozenset(found)


def _is_header(piece: Piece) -> bool:
    """Whether a text is a header of a table in one line, as a page break repeats it, or a piece of one."""
    found = find_anchor(piece.label)
    return is_torn(piece, REVIEW_LITIGATION) or (found is not None and found[0] == REVIEW_LITIGATION)


def line_values(pieces: tuple[Piece, ...], layout: Layout, places: int) -> list[int]:
    """The value pieces of a table that is one line behind its headers, without the padding at its end.

    They end with a text that is no header: what follows it belongs to the page.
    """
    padding = padding_runs(pieces) if layout.cell_lines else frozenset()
    values: list[int] = []
    for i in range(header_end(pieces, layout.row_lines and not layout.drawn), len(pieces)):
        if pieces[i].is_value:
            values += [] if i in padding else [i]
        elif values and not _is_header(pieces[i]):
            break
    while len(values) > places and pieces[values[-1]].kind is PieceKind.EMPTY:
        values.pop()
    return values
