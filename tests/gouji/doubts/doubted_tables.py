"""Tables that were filled from texts made of official labels, with what a guard doubts in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gouji.alignment.align import FilledTable
from gouji.doubts.guards import GUARDS, Guard
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, Template, template
from gouji.layouts.grid import keep_values
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

WHOLE, BLOCKS = template(APPLICATIONS, "2021"), template(REVIEW_LITIGATION, "2021")
TOTAL = next(r for r, each in enumerate(WHOLE.rows) if each.key == "total_processed")
ZEROS = " | ".join("0" * 7)
Lines = Mapping[int, str | None]


def fill(text: str, form: Template = WHOLE, ends: bool = False, behind: str = "四、存在的主要问题") -> FilledTable:
    pieces = tuple(document_to_pieces(text_to_document(text)))
    after = tuple(document_to_pieces(text_to_document(behind))) if behind else ()
    return align(CellStream(form.table, pieces, after=after, ends=ends), form, rules.score)


def lines(changed: Lines = MappingProxyType({}), last: int = 24) -> str:
    """Table 三 a row a line: zeros, or what is given (the whole line); None leaves the row out."""
    told = [changed.get(r, f"{row.label} | {ZEROS} |") for r, row in enumerate(WHOLE.rows[: last + 1])]
    return "\n".join(line for line in told if line is not None)


def row(r: int, values: str) -> str:
    return f"{WHOLE.rows[r].label} | {values} |"


def cells_of(*rows: int) -> set[str]:
    return {name for r in rows for name in WHOLE.rows[r].cells}


def paragraphs(
    rows: Mapping[int, Sequence[int | str]],
    labels: Mapping[int, str] = MappingProxyType({}),
    default: Sequence[int] = (0,) * 7,
) -> str:
    """Table 三 a cell a paragraph; blanks leave nothing behind."""
    told: list[str] = []
    for r, each in enumerate(WHOLE.rows):
        told += [*filter(None, [labels.get(r, each.label)]), *(str(n) for n in rows.get(r, default))]
    return "\n\n".join(told)


def line_of(values: str) -> str:
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    return " | ".join(r.label for r in BLOCKS.rows) + f"\n{columns} | {columns} | {columns}\n{values}"


def wrong_numbers() -> str:
    """Every number has a digit too many: sums of rows fail, and those of columns too."""
    return lines({r: row(r, f"{r}5 | 05 | 05 | 05 | 05 | 05 | {r}5") for r in range(25)})


def broken(last: int = 11, wrong: Sequence[int] = (5,)) -> FilledTable:
    """One row of many breaks its own sum and sums of columns, and it was read from more pieces than it has columns."""
    ones = {r: row(r, f"1 | 0 | 0 | 0 | 0 | 0 | {5 if r in wrong else 1}") for r in range(2, last + 1)}
    filled = fill(lines({**ones, 21: row(21, "9 | 0 | 0 | 0 | 0 | 0 | 9")}))
    return with_row(filled, 5, deficit=-1)


def short_row() -> FilledTable:
    """A row of two numbers under three headers."""
    form = template(ACTIVE_DISCLOSURE, "2021")
    told = "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 | 0 | 0\n行政规范性文件 | 1 | 0 | 2"
    for row in form.rows[2:]:
        told += f"\n{row.under[0]}\n信息内容 | {row.columns[0].label}\n{row.label} | 3"
    return align(keep_values(fill(told, form).stream), form, rules.score)


def torn_into_blocks() -> FilledTable:
    """Labels of two rows, the header of a column, and the numbers of both."""
    labels = [each.label for each in WHOLE.rows]
    rest = "\n".join(f"{label} | {ZEROS} |" for label in labels[2:])
    return fill(f"{labels[0]}\n{labels[1]}\n法律服务机构\n0\n3\n0\n3\n{rest}")


def glued_and_blank() -> FilledTable:
    """Rows that nothing divides, one of them without its blanks."""
    return fill("\n".join(f"{each.label}{'202' if r == 9 else '2000002'}" for r, each in enumerate(WHOLE.rows)))


def labels_behind() -> str:
    return "\n".join(f"{n} | 0 | 0 | 0 | 0 | 0 | {n} | {each.label}" for n, each in enumerate(WHOLE.rows))


def blocks_exchanged() -> str:
    first, *others = [each.label for each in BLOCKS.rows]
    columns = " | ".join(column.label for column in BLOCKS.rows[0].columns)
    return " | ".join([*others, first]) + f"\n{columns} | {columns} | {columns}\n" + " | ".join(["0"] * 15)


def with_row(filled: FilledTable, r: int, **changed: object) -> FilledTable:
    rows = list(filled.rows)
    rows[r] = replace(rows[r], **changed)  # type: ignore[arg-type]
    return replace(filled, rows=tuple(rows))


def with_marginal(filled: FilledTable, r: int, marginal: float) -> FilledTable:
    span = filled.rows[r].span
    assert span is not None
    return with_row(filled, r, span=replace(span, row_marginal=marginal))


def guard(name: str) -> Guard:
    """The guard of that name."""
    return next(each for each in GUARDS if each.name == name)
