"""What is told of tables that were not found, on many kinds of sources that hold none, or not all, of them."""

from dataclasses import replace

import pytest

from gouji.document import Document, Figure, FigureKind, Page
from gouji.document_tables import recover_tables
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover
from gouji.results import Notice, Recovery
from gouji.scoring.engines import choose_scorer
from gouji.sums import SURE
from gouji.tables import CellState, Table, TableState
from tests.gouji.absent_tables import (
    CLOSING,
    EMPTY,
    GARBLED,
    HEADINGS,
    NOTICE,
    OPENING,
    PATTERN,
    SIGNED,
    TOLD,
    WHOLE,
    Away,
    page,
    report,
    rows_of,
    without,
)


def codes(warnings: tuple[Notice, ...]) -> set[str]:
    return {notice.code for notice in warnings} - {"table_missing"}


def surely_missing(tables: dict[str, Table]) -> set[str]:
    return {key for key, table in tables.items() if table.state is TableState.MISSING and table.confidence >= SURE}


def read(away: Away, engine: str = "rules") -> Recovery:
    return recover(away.data, engine=engine)


def judge(document: Document) -> tuple[dict[str, Table], tuple[Notice, ...]]:
    found = recover_tables(document, choose_scorer("rules"))
    return found.tables, found.warnings


@pytest.mark.parametrize("kind", TOLD)
def test_a_table_is_surely_missing_only_where_the_source_shows_it(kind: str) -> None:
    found = read(TOLD[kind])
    assert surely_missing(dict(found.tables)) == set(TOLD[kind].shown)
    assert codes(found.warnings) == set(TOLD[kind].codes)
    missing = [table for table in found.tables.values() if table.state is TableState.MISSING]
    assert found.confidence <= min(table.confidence for table in missing)
    unsure = found.confidence < SURE  # a table of which one row is there is not sure of the others
    assert found.needs_review == (len(missing) == len(TABLES) or not TOLD[kind].shown or unsure)


@pytest.mark.parametrize("engine", ["auto", "model"])
@pytest.mark.parametrize(
    "kind", ["stripped", "sentences instead", "one stripped", "says 详见附件1", "not found", "in table three"]
)
def test_the_same_is_told_with_every_engine(kind: str, engine: str) -> None:
    found = read(TOLD[kind], engine)
    assert surely_missing(dict(found.tables)) == set(TOLD[kind].shown)
    assert codes(found.warnings) == set(TOLD[kind].codes)


@pytest.mark.parametrize("kind", GARBLED)
def test_garbled_text_is_undone_or_nothing_is_surely_missing(kind: str) -> None:
    assert surely_missing(dict(read(GARBLED[kind]).tables)) == set()


def test_a_missing_table_words_itself_by_its_confidence() -> None:
    shown, open_ended = read(TOLD["one in a sentence"]).warnings, read(TOLD["says 見附件"])
    assert [notice.message for notice in shown] == ["the source does not hold table 三 (applications)"]
    taken = [notice.message for notice in read(TOLD["one stripped"]).warnings]
    assert taken == [
        "table 四 (review_litigation) was not found; it may stand in the page or file that this text was taken from"
    ]
    told = [notice.message for notice in open_ended.warnings if notice.code == "table_missing"]
    assert told[0] == "table 二 (active_disclosure) was not found; it may stand in an attachment (見附件)"
    assert len(told) == 3


PICTURE, FILE, FRAME = FigureKind.PICTURE, FigureKind.ATTACHMENT, FigureKind.FRAME


def with_figure(text: str, behind: str, kind: FigureKind, address: str | None = "/up/1.png") -> Document:
    """A page, which keeps its tables, with a figure right behind some words of it."""
    document = text_to_document(text)
    figure = Figure(kind, document.text.index(behind) + len(behind) + 1, address=address)
    return replace(document, figures=(figure,), media_type="text/html")


NOTHING = "本年没有此项。"
LONG = OPENING + "本机关按照要求推进公开工作，及时更新栏目。" * 40


@pytest.mark.parametrize(
    ("kind", "code"), [(PICTURE, "table_is_picture"), (FILE, "table_is_attached"), (FRAME, "table_is_attached")]
)
@pytest.mark.parametrize("table", TABLES)
def test_a_figure_under_the_heading_of_a_table_may_be_the_table(table: str, kind: FigureKind, code: str) -> None:
    text = report(without(table, NOTHING), opening=LONG)
    document = with_figure(text, HEADINGS[table], kind)
    tables, warnings = judge(document)
    assert tables[table].confidence < 0.5
    assert code in codes(warnings)
    assert any("/up/1.png" in notice.message for notice in warnings if notice.code == code)
    read_too = replace(document, figures=(replace(document.figures[0], read=True),))
    tables, warnings = judge(read_too)
    assert surely_missing(tables) == {table}
    assert codes(warnings) == set()


@pytest.mark.parametrize("kind", [PICTURE, FILE, FRAME])
def test_a_figure_of_a_table_that_was_found_is_no_warning(kind: FigureKind) -> None:
    tables, warnings = judge(with_figure(report(WHOLE, opening=LONG), HEADINGS[APPLICATIONS], kind))
    assert all(table.state is TableState.FOUND for table in tables.values())
    assert warnings == ()


FRAMED = report(
    without(APPLICATIONS, NOTHING), opening=LONG, closing=f"{CLOSING}\n{SIGNED}\n主办：临川市水务局 备案号：7731号"
)


@pytest.mark.parametrize("behind", [HEADINGS[REVIEW_LITIGATION], "本报告按照条例", "备案号：7731"])
def test_pictures_of_other_sections_and_of_the_site_say_nothing_of_a_missing_table(behind: str) -> None:
    tables, warnings = judge(with_figure(FRAMED, behind, PICTURE))
    assert surely_missing(tables) == {APPLICATIONS}
    assert codes(warnings) == set()


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        (FRAMED, "六、其他需要报告的事项"),
        (FRAMED.replace(f"{HEADINGS[APPLICATIONS]}\n{NOTHING}\n", ""), HEADINGS[REVIEW_LITIGATION]),
    ],
    ids=["behind the closing", "no heading"],
)
def test_pictures_where_a_missing_table_may_have_been_put(text: str, behind: str) -> None:
    tables, warnings = judge(with_figure(text, behind, PICTURE))
    assert surely_missing(tables) == set()
    assert codes(warnings) == {"table_is_picture"}


def test_each_table_names_the_picture_under_its_own_heading() -> None:
    document = text_to_document(report(opening="一、总体情况"))
    figures = [Figure(PICTURE, document.text.index(h) + len(h) + 1, address=f"/{t}.png") for t, h in HEADINGS.items()]
    _, warnings = judge(replace(document, figures=tuple(figures)))
    told = [notice.message for notice in warnings if notice.code == "table_is_picture"]
    assert all(f"/{table}.png" in message for table, message in zip(TABLES, told, strict=True))


def test_a_page_of_few_words_and_a_picture_is_a_picture() -> None:
    tables, warnings = judge(with_figure(report(opening="一、总体情况"), "2023年", PICTURE, None))
    assert surely_missing(tables) == set()
    assert codes(warnings) == {"table_is_picture"}
    assert any("a picture on page 1" in notice.message for notice in warnings)


def test_pages_that_were_not_read_or_are_scans_leave_it_open() -> None:
    document = text_to_document(report())
    for one in (Page(1, note="this page could not be read"), Page(1, ocr=True)):
        tables, _ = judge(replace(document, pages=(one,)))
        assert surely_missing(tables) == set()


def test_a_grid_drawn_under_the_heading_may_be_the_table() -> None:
    grid = "<table><tr><td>项目</td><td>数量</td></tr><tr><td>合计</td><td></td></tr></table>"
    drawn = page(report(without(REVIEW_LITIGATION, f"{NOTHING}\n{grid}")))
    assert surely_missing(dict(recover(drawn, engine="rules").tables)) == set()
    laid_out = report(without(REVIEW_LITIGATION, NOTHING)).replace("\n", "</td></tr><tr><td>")
    page_in_a_table = page(f"<table><tr><td>{laid_out}</td></tr></table>")
    assert surely_missing(dict(recover(page_in_a_table, engine="rules").tables)) == {REVIEW_LITIGATION}


@pytest.mark.parametrize("engine", ["rules", "auto"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{NOTICE}\n{report(EMPTY, title=PATTERN, opening='')}", True),
        (report(EMPTY, title="政府信息公开工作年度报告", opening="一、总体情况"), True),
        (report(EMPTY), False),
        (report({**WHOLE, REVIEW_LITIGATION: EMPTY[REVIEW_LITIGATION]}), False),
    ],
    ids=["in a notice", "by itself", "of an office", "one table of an office"],
)
def test_blanks_of_an_empty_form_are_never_sure(text: str, told: bool, engine: str) -> None:
    found = recover(text.encode(), engine=engine)
    assert ("empty_form" in codes(found.warnings)) == told
    assert found.needs_review
    table = found.tables[REVIEW_LITIGATION]
    assert {cell.state for cell in table.cells.values()} == {CellState.BLANK}
    for each in found.tables.values():
        blanks = [cell.confidence for cell in each.cells.values() if cell.state is not CellState.PRINTED]
        assert not blanks or max(*blanks, each.confidence) < SURE


def test_marks_for_nothing_are_no_empty_form() -> None:
    found = recover(report({table: rows_of(table, "/") for table in TABLES}).encode(), engine="rules")
    assert codes(found.warnings) == set()
    assert not found.needs_review
    assert min(cell.confidence for cell in found.tables[ACTIVE_DISCLOSURE].cells.values()) > SURE


def test_a_list_of_rows_without_labels_is_no_empty_form() -> None:
    rows = "\n".join("7 | 0 | 0 | 0 | 0 | 1 | 8" for _ in range(25))
    found = recover(f"{HEADINGS[APPLICATIONS]}\n{rows}".encode(), engine="rules")
    assert "empty_form" not in codes(found.warnings)


@pytest.mark.parametrize(
    "title", ["政府信息公开工作年度报告", "2023年政府信息公开工作年度报告", "临川市水务局政府信息公开工作年度报告"]
)
def test_a_report_that_does_not_say_whose_or_when_needs_review(title: str) -> None:
    text = report(WHOLE, title=title, opening="一、总体情况", closing="五、存在的主要问题\n公开不够具体。")
    found = recover(text.encode(), engine="rules")
    assert found.confidence > SURE
    assert not (found.report.agency and found.report.year)
    assert found.needs_review
    assert not recover(report(WHOLE).encode(), engine="rules").needs_review


@pytest.mark.parametrize("closing", ["", SIGNED, CLOSING, "主办：临川市水务局"])
def test_whole_reports_are_not_cut_off_whatever_follows(closing: str) -> None:
    found = recover(report(WHOLE, closing=closing).encode(), engine="rules")
    assert found.warnings == ()
    assert not found.needs_review


def test_a_table_that_is_told_in_sentences_is_not_surely_missing() -> None:
    labels = [row.label for row in template(APPLICATIONS, "2021").rows]
    said = [f"{label}:自然人{n}件,商业企业0件,科研机构0件,总计{n}件。" for n, label in enumerate(labels)]
    headings = ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]
    behind = [
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "无。",
        "六、其他需要报告的事项",
    ]
    text = "\n".join(["某某县财政局2023年政府信息公开工作年度报告", *headings, *said, *behind, "无。"])
    assert "applications" not in surely_missing(dict(recover(page(text), engine="rules").tables))
    silent = text.replace("\n".join(said), NOTHING)
    assert "applications" in surely_missing(dict(recover(page(silent), engine="rules").tables))
