"""Several reports in one source, and what only looks like it."""

import io
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path

import pytest

from eval.truth import Record, read_record, read_set
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, TABLES, template
from gouji.parts.split import split_document
from gouji.readers import read
from gouji.readers.text.encoding import decode
from gouji.recovery import recover, recover_all
from gouji.results import Recovery
from gouji.tables import CellState, TableState
from gouji.text.folding import squash
from training.sets.dataset import document_to_record, draw_documents

RECORDS = [record for record in read_set(Path(__file__).parents[2] / "documents") if "scan_" not in record.id]
GENUINE = [record for record in RECORDS if record.id.startswith("genuine_")]
OFFICES = ("宁江市白云区教育局", "海州市嘉禾县水利局", "长河市桐梓县林业局")
HEADINGS = dict(
    zip(
        TABLES,
        ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"),
        strict=True,
    )
)
Cells = dict[str, dict[str, int]]


def draw_cells(seed: int) -> Cells:
    """Numbers that tell one report from another; all sums of 三 and 四 hold."""
    cells: Cells = {table: dict.fromkeys(template(table, "2021").cells, 0) for table in TABLES}
    for n, cell in enumerate(cells[ACTIVE_DISCLOSURE]):
        cells[ACTIVE_DISCLOSURE][cell] = (n * 7 + seed * 13) % 90
    rows = {row.key: row.cells for row in template(APPLICATIONS, "2021").rows}
    for key, number in (
        ("new_received", 40 + seed),
        ("granted", 30 + seed),
        ("total_processed", 30 + seed),
        ("carried_forward", 10),
    ):
        cells[APPLICATIONS][rows[key][0]] = cells[APPLICATIONS][rows[key][-1]] = number
    for row in template(TABLES[2], "2021").rows:
        cells[TABLES[2]][row.cells[0]] = cells[TABLES[2]][row.cells[-1]] = seed
    return cells


def write_table(table: str, cells: Mapping[str, int]) -> list[str]:
    """One row a line, cells between pipes; "" where there is no number."""
    rows = template(table, "2021").rows
    if table == TABLES[2]:
        return [
            " | ".join(column.label for row in rows for column in row.columns) + " |",
            " | ".join(str(cells.get(cell, "")) for row in rows for cell in row.cells) + " |",
        ]
    lines: list[str] = []
    for row in rows:
        if table == ACTIVE_DISCLOSURE and f"{row.under[0]} |" not in lines:
            lines += [f"{row.under[0]} |", "信息内容 | " + " | ".join(c.label for c in row.columns) + " |"]
        lines.append(" | ".join([row.label, *(str(cells.get(cell, "")) for cell in row.cells)]) + " |")
    return lines


def write_report(office: str, year: int, cells: Cells, *, title: bool = True, tables: Sequence[str] = TABLES) -> str:
    """A whole report, its tables with the headings that the form prescribes."""
    lines = [f"{office}{year}年政府信息公开工作年度报告", ""] if title else []
    lines += [f"本报告所列数据统计期为{year}年1月1日至12月31日。", "", "一、总体情况", ""]
    lines += [f"{year}年,本单位按照要求推进公开,全年发布各类信息{sum(cells[TABLES[0]].values())}条,未发生泄密。", ""]
    for table in TABLES:
        lines += [HEADINGS[table], "", *(write_table(table, cells[table]) if table in tables else ())]
    lines += ["五、存在的主要问题及改进情况", "", "解读形式还不够多样,下一步将充实力量,完善目录,加强培训。", ""]
    lines += ["六、其他需要报告的事项", "", "本年度没有收取信息处理费,没有其他需要报告的事项。", ""]
    return "\n".join([*lines, office, f"{year + 1}年1月20日", ""]) if title else "\n".join(lines)


def hold(recovery: Recovery, cells: Cells) -> None:
    """Every cell is what was printed."""
    for table in TABLES:
        read_cells = {name: cell.value for name, cell in recovery.tables[table].cells.items()}
        assert read_cells == cells[table]


def parse(text: str) -> tuple[Recovery, ...]:
    return recover_all(text.encode(), engine="rules")


def wrong_cells(record: Record, recovery: Recovery) -> list[str]:
    """Cells and tables that are not as in the truth."""
    wrong: list[str] = []
    for name, true in record.truth.tables.items():
        table = recovery.tables[name]
        if true is None or table.state is TableState.MISSING or table.form != true.form:
            wrong += [name] * (true is not None or table.state is not TableState.MISSING)
            continue
        wrong += [
            c for c, e in true.cells.items() if (table.cells[c].value, table.cells[c].state) != (e.value, e.state)
        ]
    return wrong


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id.split("/")[0])
def test_one_report_is_one_part_and_the_very_same_document(record: Record) -> None:
    document = read(record.content, record.name, record.media_type)
    parts = split_document(document)
    assert len(parts) == 1
    assert parts[0].document is document
    assert (parts[0].start, parts[0].disputed, parts[0].copies) == (0, frozenset(), False)


def test_two_genuine_reports_are_two_results() -> None:
    """Every pair, joined in turn by what joins files."""
    alone = {record.id: recover(record.content, engine="rules") for record in GENUINE}
    betweens = ("\n\n", "\n====\n", "\n\f", "\n----------\n")
    for n, (first, second) in enumerate(permutations(GENUINE, 2)):
        found = parse(betweens[n % 4].join(decode(record.content) for record in (first, second)))
        assert [(one.part, one.parts) for one in found] == [(1, 2), (2, 2)]
        for record, recovery in zip((first, second), found, strict=True):
            report = alone[record.id].report
            assert wrong_cells(record, recovery) == []
            assert (recovery.report.agency, recovery.report.year) == (report.agency, report.year)
            assert not recovery.needs_review


def test_places_are_those_of_the_whole_source() -> None:
    text = "\n\n".join(write_report(office, 2023, draw_cells(n)) for n, office in enumerate(OFFICES, 1))
    found = parse(text)
    assert len(found) == 3
    for n, recovery in enumerate(found, 1):
        hold(recovery, draw_cells(n))
        assert recovery.report.agency == OFFICES[n - 1]
        for table in recovery.tables.values():
            for cell in table.cells.values():
                assert cell.where is not None
                assert text[cell.where.start : cell.where.end] == cell.text


def test_html_pages_behind_each_other() -> None:
    records = [r for r in RECORDS if r.id.split("/")[0] in ("html_blank_cells", "html_plain_border", "html_div_cells")]
    for first, second in permutations(records, 2):
        found = recover_all(b"\n".join(r.content for r in (first, second)), engine="rules")
        assert len(found) == 2
        assert [wrong_cells(*pair) for pair in zip((first, second), found, strict=True)] == [[], []]


@pytest.mark.parametrize(
    "cases",
    [
        ("pdf_bordered_blanks", "pdf_borderless_zeros"),
        ("pdf_borderless_zeros", "pdf_borderless_right_aligned"),
        ("pdf_borderless_landscape", "pdf_borderless_2019"),
    ],
)
def test_pages_of_two_pdf_files_in_one(cases: tuple[str, str]) -> None:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    records = [next(r for r in RECORDS if r.id.startswith(f"{case}/")) for case in cases]
    joined = pdfium.PdfDocument.new()
    for record in records:
        joined.import_pages(pdfium.PdfDocument(record.content))
    saved = io.BytesIO()
    joined.save(saved)
    found = recover_all(saved.getvalue(), engine="rules")
    assert len(found) == 2
    assert [wrong_cells(*pair) for pair in zip(records, found, strict=True)] == [[], []]
    pages = [{c.where.page for t in one.tables.values() for c in t.cells.values() if c.where} for one in found]
    assert max(pages[0]) < min(pages[1])


def test_two_reports_of_a_docx() -> None:
    import docx

    written = docx.Document()
    for n, office in enumerate(OFFICES[:2], 1):
        for line in write_report(office, 2023, draw_cells(n), tables=()).split("\n"):
            written.add_paragraph(line)
            table = next((t for t, heading in HEADINGS.items() if heading == line), None)
            if table is not None:
                rows = [row.rstrip(" |").split(" | ") for row in write_table(table, draw_cells(n)[table])]
                grid = written.add_table(len(rows), max(map(len, rows)))
                for r, row in enumerate(rows):
                    for c, cell in enumerate(row):
                        grid.cell(r, c).text = cell
    saved = io.BytesIO()
    written.save(saved)
    found = recover_all(saved.getvalue(), engine="rules")
    assert [one.report.agency for one in found] == list(OFFICES[:2])
    for n, recovery in enumerate(found, 1):
        hold(recovery, draw_cells(n))


def write_sheets(sheets: Sequence[Sequence[str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    del book["Sheet"]
    for n, lines in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{n}")
        for line in lines:
            sheet.append([int(c) if c.isdigit() else c for c in line.rstrip(" |").split(" | ")])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_workbook_of_offices_is_several_and_one_of_tables_is_one() -> None:
    offices = [write_report(office, 2023, draw_cells(n)).split("\n") for n, office in enumerate(OFFICES[:2], 1)]
    found = recover_all(write_sheets(offices), engine="rules")
    assert [one.report.agency for one in found] == list(OFFICES[:2])
    tables = [[HEADINGS[t], *write_table(t, draw_cells(1)[t])] for t in TABLES]
    one = recover_all(write_sheets(tables), engine="rules")
    assert len(one) == 1
    hold(one[0], draw_cells(1))
    unnamed = [[line for t in TABLES for line in write_table(t, draw_cells(n)[t])] for n in (1, 2)]
    found = recover_all(write_sheets(unnamed), engine="rules")
    assert len(found) == 2
    for n, recovery in enumerate(found, 1):
        hold(recovery, draw_cells(n))


def test_a_contents_page_in_front_begins_nothing() -> None:
    contents = ["目 录", *(f"{office}2023年政府信息公开工作年度报告" for office in OFFICES)]
    reports = [write_report(office, 2023, draw_cells(n)) for n, office in enumerate(OFFICES, 1)]
    found = parse("\n".join(["某市各单位年报汇编", *contents, *reports]))
    assert [one.report.agency for one in found] == list(OFFICES)
    one = parse("\n".join([*contents, write_report(OFFICES[1], 2023, draw_cells(2))]))
    assert len(one) == 1
    hold(one[0], draw_cells(2))


def test_links_heads_and_citations_begin_nothing() -> None:
    report = write_report(OFFICES[0], 2023, draw_cells(1))
    title = f"{OFFICES[0]}2023年政府信息公开工作年度报告"
    headed = report.replace(HEADINGS[APPLICATIONS], f"{title}\n第 2 页\n{HEADINGS[APPLICATIONS]}")
    cited = report.replace("解读形式", f"《{OFFICES[1]}2022年政府信息公开工作年度报告》指出,解读形式")
    around = f"首页>信息公开>{title}\n{title}.pdf\n{report}\n相关链接\n" + "\n".join(
        f"{OFFICES[0]}{year}年政府信息公开工作年度报告" for year in (2022, 2021, 2020)
    )
    running = report
    for heading in HEADINGS.values():
        running = running.replace(heading, f"宁江市2023年政府信息公开工作年度报告\n{heading}")
    for text in (headed, cited, around, running):
        found = parse(text)
        assert len(found) == 1
        hold(found[0], draw_cells(1))
        assert found[0].report.year == 2023
        assert not found[0].needs_review


def test_the_same_report_twice_is_one() -> None:
    report = write_report(OFFICES[0], 2023, draw_cells(1))
    for text in (
        f"{report}\n打印本页\n{report}",
        f"{report}\n{write_report(OFFICES[0], 2023, draw_cells(1), tables=())}",
    ):
        found = parse(text)
        assert len(found) == 1
        hold(found[0], draw_cells(1))
        assert not found[0].needs_review
    stripped = write_report(OFFICES[0], 2023, draw_cells(1), tables=())
    found = parse(f"{stripped}\n附件全文\n{report}")
    assert len(found) == 1
    hold(found[0], draw_cells(1))


def test_two_versions_of_a_report_are_two_results() -> None:
    found = parse("\n".join(write_report(OFFICES[0], 2023, draw_cells(n)) for n in (1, 2)))
    assert len(found) == 2
    for n, recovery in enumerate(found, 1):
        hold(recovery, draw_cells(n))


def test_tables_of_two_years_beside_each_other_are_not_sure() -> None:
    lines = [
        f"{OFFICES[0]}2023年政府信息公开工作年度报告",
        "一、总体情况",
        "全年工作平稳有序,与上一年的数据对照列在各表之后,供参考。",
    ]
    for table in TABLES:
        lines += [HEADINGS[table], "2023年", *write_table(table, draw_cells(2)[table])]
        lines += ["2022年", *write_table(table, draw_cells(5)[table])]
    text = "\n".join([*lines, "五、存在的主要问题及改进情况", "解读形式还不够多样,下一步将加强培训。"])
    found = parse(text)
    assert len(found) == 1
    assert found[0].needs_review
    assert recover(text.encode(), engine="rules", review_below=0.0).needs_review
    assert found[0].confidence < 0.95
    assert sum(notice.code == "several_tables" for notice in found[0].warnings) == 3
    assert all(cell.confidence < 0.95 for table in found[0].tables.values() for cell in table.cells.values())


def test_an_empty_form_beside_a_filled_one() -> None:
    report = write_report(OFFICES[0], 2023, draw_cells(1))
    empty = "\n".join(
        ["附件:政府信息公开工作年度报告格式", *(x for t in TABLES for x in (HEADINGS[t], *write_table(t, {})))]
    )
    for text in (f"{report}\n\n{empty}", f"{empty}\n\n{report}"):
        found = parse(text)
        assert len(found) == 1
        hold(found[0], draw_cells(1))


def test_a_report_without_tables_gets_none_of_its_neighbour() -> None:
    first = write_report(OFFICES[0], 2023, draw_cells(1), tables=())
    second = write_report(OFFICES[1], 2023, draw_cells(2))
    for order in ((first, second), (second, first)):
        found = parse("\n".join(order))
        assert len(found) == 2
        by_agency = {one.report.agency: one for one in found}
        assert all(t.state is TableState.MISSING for t in by_agency[OFFICES[0]].tables.values())
        hold(by_agency[OFFICES[1]], draw_cells(2))


def test_what_cannot_be_told_apart_is_not_sure() -> None:
    """Tables alone, one set behind the other: nothing says whose they are."""
    third = write_table(APPLICATIONS, draw_cells(1)[APPLICATIONS])
    rest = [line for t in TABLES for line in write_table(t, draw_cells(2)[t])]
    found = parse("\n".join([*third, *rest]))
    assert len(found) == 1
    assert found[0].needs_review
    assert all(cell.confidence < 0.95 for table in found[0].tables.values() for cell in table.cells.values())


@pytest.mark.parametrize("headed", [False, True])
def test_a_line_of_dashes_between_sets_of_tables_tells_them_apart(headed: bool) -> None:
    sets = [
        "\n".join(
            line
            for table in TABLES
            for line in ([HEADINGS[table]] if headed else []) + write_table(table, draw_cells(n)[table])
        )
        for n in (1, 2, 3)
    ]
    found = parse("\n========\n".join(sets))
    assert len(found) == 3
    for n, recovery in enumerate(found, 1):
        hold(recovery, draw_cells(n))


def test_whole_sets_of_two_years_under_one_title_are_not_sure() -> None:
    lines = [f"{OFFICES[0]}政府信息公开工作年度报告"]
    for n, year in ((1, "2023年度"), (2, "2022年度")):
        lines += [year, *(line for t in TABLES for line in (HEADINGS[t], *write_table(t, draw_cells(n)[t])))]
    (recovery,) = parse("\n".join(lines))
    assert recovery.needs_review
    assert all(cell.confidence < 0.95 for table in recovery.tables.values() for cell in table.cells.values())


def test_reports_that_lack_tables_give_each_other_none() -> None:
    kept = [(TABLES[1],), TABLES[:2], (TABLES[2],), TABLES]
    for own, other in permutations(kept, 2):
        first = write_report(OFFICES[0], 2023, draw_cells(1), tables=own)
        second = write_report(OFFICES[1], 2023, draw_cells(2), tables=other)
        found = parse(f"{first}\n{second}")
        assert len(found) == 2
        for recovery, tables, cells in zip(found, (own, other), (draw_cells(1), draw_cells(2)), strict=True):
            for name, table in recovery.tables.items():
                assert (table.state is TableState.FOUND) == (name in tables)
                assert not table.cells or {c: cell.value for c, cell in table.cells.items()} == cells[name]


def test_an_anthology_of_fifty() -> None:
    text = "\n\n".join(write_report(f"某市{chr(0x5000 + n)}区教育局", 2023, draw_cells(n)) for n in range(50))
    found = parse(text)
    assert [one.part for one in found] == list(range(1, 51))
    for n, recovery in enumerate(found):
        hold(recovery, draw_cells(n))
        assert not recovery.needs_review


def test_an_anthology_of_drawn_reports_is_read_as_well_as_each_alone() -> None:
    """Fifty reports of the generator, every layout and damage of text, joined in turn by what joins files."""
    drawn: dict[tuple[str | None, int | None], Record] = {}
    for document in draw_documents("test", 400, 77):
        record = read_record(document_to_record(document))
        if record.media_type == "text/plain" and record.layout != "L16":
            drawn.setdefault((squash(record.truth.agency or ""), record.truth.year), record)
    records = list(drawn.values())[:50]
    betweens = ("\n\n", "\n\f", "\n====\n")
    text = "".join(decode(record.content) + betweens[n % 3] for n, record in enumerate(records))
    found = parse(text)
    assert len(found) == len(records) == 50
    for record, recovery in zip(records, found, strict=True):
        alone = recover(record.content, engine="rules")
        assert wrong_cells(record, recovery) == wrong_cells(record, alone)
        assert recovery.report.agency == alone.report.agency


def test_recover_doubts_the_first_of_several() -> None:
    text = "\n".join(write_report(office, 2023, draw_cells(n)) for n, office in enumerate(OFFICES, 1))
    recovery = recover(text.encode(), engine="rules")
    hold(recovery, draw_cells(1))
    assert (recovery.part, recovery.parts, recovery.needs_review) == (1, 3, True)
    assert [notice.code for notice in recovery.warnings if notice.code.startswith("several")] == ["several_reports"]
    assert recovery.confidence < 0.95
    assert recovery.report.agency_confidence < 0.95
    for table in recovery.tables.values():
        assert table.confidence < 0.95
        assert all(c.confidence < 0.95 and c.state is CellState.PRINTED for c in table.cells.values())
