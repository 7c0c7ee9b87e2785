"""The official forms of 2019 and 2021 as templates: rows, columns, cell names, and the sums that they imply.

Source: `forms.json`, copied from 国办公开办函〔2019〕60号 and 〔2021〕30号. All three tables are `Template`s made of
`Row`s of `Column`s, so that most of the code that aligns them need not know which table it holds. Table 四 is three
rows (its blocks) of five columns, printed side by side.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FORMS_PATH = Path(__file__).with_name("forms.json")
ACTIVE_DISCLOSURE = "active_disclosure"
APPLICATIONS = "applications"
REVIEW_LITIGATION = "review_litigation"
_TOTAL = "总计"
TABLES = (ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION)
FORMS = ("2021", "2019")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: its key, its printed label, and the headers above it."""

    key: str
    label: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a template: `cells` are the names of its value cells, in the order of `columns`."""

    key: str
    label: str
    under: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def totalled(self) -> bool:
        """Whether the last column is the sum of the others."""
        return self.columns[-1].label == _TOTAL


@dataclass(frozen=True, slots=True)
class Identity:
    """A sum (勾稽关系): the printed `wholes` add up to the same as the `parts`. `at` names its row or column."""

    check: str
    table: str
    at: str
    wholes: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell that takes part, wholes first."""
        return self.wholes + self.parts


@dataclass(frozen=True)
class Template:
    """One table of one form."""

    table: str
    form: str
    rows: tuple[Row, ...]

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The names of all cells in printed order."""
        return tuple(cell for row in self.rows for cell in row.cells)

    @cached_property
    def side_by_side(self) -> bool:
        """Whether the rows are blocks of one printed line, with their labels among the headers (table 四)."""
        return all(row.label in column.under for row in self.rows for column in row.columns)

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """The sums of this table, derived from its shape."""
        found = [*_row_totals(self)]
        if self.table == APPLICATIONS:
            found += _column_flows(self)
            found += _column_sums(self)
        return tuple(found)

    @cached_property
    def labels(self) -> Mapping[str, "Labels"]:
        """The official labels of each cell by its name, in printed order."""
        return {
            cell: Labels((*row.under, row.label), _column_path(row, column))
            for row in self.rows
            for cell, column in zip(row.cells, row.columns, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Labels:
    """The official labels of a cell: of its row and of its column, outermost heading first."""

    row: tuple[str, ...]
    column: tuple[str, ...]


def _column_path(row: Row, column: Column) -> tuple[str, ...]:
    """The headers of a column and its own label, without those that name the row (the blocks of table 四)."""
    headers = tuple(header for header in column.under if header not in (*row.under, row.label))
    return (*headers, column.label)


def _row_totals(template: Template) -> list[Identity]:
    check = "row_total" if template.table == APPLICATIONS else "block_total"
    return [
        Identity(check, template.table, row.key, (row.cells[-1],), row.cells[:-1])
        for row in template.rows
        if row.totalled
    ]


def _results(template: Template) -> tuple[list[Row], Row]:
    """The result rows of table 三 and the row that totals them: all that stand under 三、本年度办理结果."""
    under = [row for row in template.rows if row.under]
    total = next(row for row in under if row.label.endswith(_TOTAL))
    return [row for row in under if row is not total], total


def _column_flows(template: Template) -> list[Identity]:
    _, total = _results(template)
    top = [row for row in template.rows if not row.under]
    incoming, outgoing = top[:-1], [total, top[-1]]
    return [
        Identity(
            "column_flow",
            template.table,
            column.key,
            tuple(row.cells[c] for row in incoming),
            tuple(row.cells[c] for row in outgoing),
        )
        for c, column in enumerate(total.columns)
    ]


def _column_sums(template: Template) -> list[Identity]:
    results, total = _results(template)
    return [
        Identity("column_sum", template.table, column.key, (total.cells[c],), tuple(row.cells[c] for row in results))
        for c, column in enumerate(total.columns)
    ]


@cache
def _raw() -> dict[str, object]:
    loaded: dict[str, object] = json.loads(FORMS_PATH.read_text(encoding="utf-8"))
    return loaded


def heading(table: str) -> str:
    """The heading that the official form gives a table, with its numeral."""
    return str(_raw()["tables"][table])  # type: ignore[index]


def _columns(raw: list[dict[str, object]]) -> tuple[Column, ...]:
    return tuple(Column(str(c["key"]), str(c["label"]), tuple(c.get("under", ()))) for c in raw)  # type: ignore[arg-type]


@cache
def template(table: str, form: str) -> Template:
    """The template of a table (`TABLES`) in a form (`FORMS`). Raises KeyError for another name."""
    raw = _raw()["forms"][form][table]  # type: ignore[index]
    rows: list[Row] = []
    if table == ACTIVE_DISCLOSURE:
        for clause in raw:
            columns = _columns(clause["columns"])
            for r in clause["rows"]:
                cells = tuple(f"{r['key']}.{c.key}" for c in columns)
                rows.append(Row(r["key"], r["label"], (clause["clause"],), columns, cells))
    elif table == APPLICATIONS:
        columns = _columns(raw["columns"])
        for r in raw["rows"]:
            cells = tuple(f"{r['key']}.{c.key}" for c in columns)
            rows.append(Row(r["key"], r["label"], tuple(r["under"]), columns, cells))
    else:
        blocks: dict[tuple[str, ...], list[Column]] = {}
        for column in _columns(raw["columns"]):
            blocks.setdefault(column.under, []).append(column)
        for under, block in blocks.items():
            key = block[-1].key.removesuffix("_total")
            rows.append(Row(key, under[-1], under[:-1], tuple(block), tuple(c.key for c in block)))
    return Template(table, form, tuple(rows))


def head(table: str) -> str:
    """What stands over the row labels of a table; "" where nothing does (table 四 has no rows to label)."""
    return str(_raw()["heads"].get(table, ""))  # type: ignore[attr-defined]


@cache
def takes_decimals(cell: str) -> bool:
    """Whether a cell of this name holds an amount; every other one holds a count."""
    return cell.rpartition(".")[2].startswith("amount")


def takes_negatives(cell: str) -> bool:
    """Whether a cell of this name may hold less than nothing: a change since last year."""
    return cell.endswith(".change")


@cache
def digest() -> str:
    """Sixteen hex digits that change whenever a table of a form changes."""
    tables = json.dumps(_raw()["forms"], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(tables.encode()).hexdigest()[:16]
