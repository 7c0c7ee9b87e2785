"""The whole path on small reports made of the official labels, and on input that cannot be used."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gouji import __version__, checks, confidence, forms
from gouji.checks import Verdict
from gouji.document import SourceError, UnreadableSource
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.recovery import recover
from gouji.results import Recovery
from gouji.scoring import engines
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import ModelUnavailable
from gouji.tables import CellState, Table, TableState
from tests.gouji.absent_tables import WHOLE as WHOLE_REPORT
from tests.gouji.absent_tables import report

WHOLE = template(APPLICATIONS, "2021")
COLUMNS = [column.key for column in WHOLE.rows[0].columns]
HEADER = [
    "申请人情况",
    "自然人",
    "法人或其他组织",
    "总计",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
]
ENGINES = ["rules", "auto"]
DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


def paragraphs(rows: Mapping[str, Sequence[int]], default: Sequence[int] = ()) -> bytes:
    """Table 三 with a cell a paragraph (L1); a row prints only the numbers it is given, its blanks are dropped."""
    cells = ["三、收到和处理政府信息公开申请情况", *HEADER]
    for row in WHOLE.rows:
        cells += [row.label, *(str(n) for n in rows.get(row.key, default))]
    return "\n\n".join([*cells, "四、存在的主要问题及改进情况", "无。"]).encode()


def row_of(table: Table, key: str) -> list[int | None]:
    values = [table.cells[f"{key}.{column}"].value for column in COLUMNS]
    return [int(value) if value is not None else None for value in values]


def least(table: Table, key: str) -> float:
    return min(table.cells[f"{key}.{column}"].confidence for column in COLUMNS)


@pytest.mark.parametrize("engine", ENGINES)
def test_dropped_blanks_are_placed_where_the_sums_decide(engine: str) -> None:
    rows = {
        "new_received": [258, 12, 0, 0, 0, 1, 271],
        "granted": (258, 12, 1, 271),
        "total_processed": [258, 12, 0, 0, 0, 1, 271],
    }
    table = recover(paragraphs(rows, [0] * 7), engine=engine).tables[APPLICATIONS]
    blank = None
    assert row_of(table, "granted") == [258, 12, blank, blank, blank, 1, 271]
    assert row_of(table, "new_received") == rows["new_received"]
    assert table.cells["granted.legal_service"].state is CellState.BLANK


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("column", [0, 1, 5])
def test_a_row_of_one_number_and_its_total_follows_the_column_that_is_told(engine: str, column: int) -> None:
    whole = [0] * 7
    whole[column] = whole[6] = 26
    rows = {"new_received": whole, "granted": (26, 26), "total_processed": whole}
    table = recover(paragraphs(rows, [0] * 7), engine=engine).tables[APPLICATIONS]
    expected: list[int | None] = [None] * 7
    expected[column] = expected[6] = 26
    assert row_of(table, "granted") == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("numbers", [(26, 26), (258, 12, 1, 271), (258, 12, 1, 1)])
def test_where_no_sum_decides_the_confidence_is_low(engine: str, numbers: Sequence[int]) -> None:
    found = recover(
        paragraphs({"new_received": numbers, "granted": numbers, "total_processed": numbers}), engine=engine
    )
    table = found.tables[APPLICATIONS]
    for key in ("new_received", "granted", "total_processed"):
        assert [value for value in row_of(table, key) if value is not None] == list(numbers)
        assert least(table, key) < 0.9
    assert found.needs_review
    assert table.confidence < 0.9


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_without_a_number_are_blank_and_rows_without_a_label_absent(engine: str) -> None:
    data = paragraphs({"granted": [0] * 7}, [0] * 7).decode()
    label = next(row.label for row in WHOLE.rows if row.key == "denied_state_secret")
    stripped = data.replace("\n\n".join([label, *["0"] * 7]) + "\n\n", "")
    assert stripped != data
    table = recover(stripped.encode(), engine=engine).tables[APPLICATIONS]
    assert {table.cells[f"denied_state_secret.{column}"].state for column in COLUMNS} == {CellState.ABSENT}
    assert {table.cells[f"granted.{column}"].state for column in COLUMNS} == {CellState.PRINTED}
    blanked = data.replace("\n\n".join([label, *["0"] * 7]), label)
    table = recover(blanked.encode(), engine=engine).tables[APPLICATIONS]
    assert {table.cells[f"denied_state_secret.{column}"].state for column in COLUMNS} == {CellState.BLANK}
    assert all(table.cells[f"denied_state_secret.{column}"].value is None for column in COLUMNS)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sum_that_fails_at_the_source_changes_no_number(engine: str) -> None:
    rows = {
        "new_received": [3, 0, 0, 0, 0, 0, 3],
        "granted": [3, 0, 0, 0, 0, 0, 3],
        "total_processed": [3, 0, 0, 0, 0, 0, 30],
    }
    found = recover(paragraphs(rows, [0] * 7), engine=engine)
    table = found.tables[APPLICATIONS]
    assert row_of(table, "total_processed") == rows["total_processed"]
    failing = [f for f in found.checks if not f.holds]
    assert {(f.check, f.at, f.printed, f.computed) for f in failing} == {
        ("row_total", "total_processed", 30, 3),
        ("column_flow", "total", 3, 30),
        ("column_sum", "total", 30, 3),
    }
    assert {f.verdict for f in failing} == {Verdict.SOURCE}
    suggestion = table.cells["total_processed.total"].suggestion
    assert suggestion is not None
    assert suggestion.value == 3
    assert sum(cell.suggestion is not None for cell in table.cells.values()) == 1


def test_a_recovery_tells_its_source_and_parser() -> None:
    data = paragraphs({}, [0] * 7)
    found = recover(data, name="report.txt", media_type="text/plain", engine="rules")
    assert (found.source.name, found.source.bytes, found.source.pages, found.source.ocr) == (
        "report.txt",
        len(data),
        1,
        False,
    )
    assert len(found.source.sha256) == 64
    assert (found.parser.version, found.parser.model, found.parser.forms) == (__version__, None, forms.digest())
    assert set(found.tables) == set(TABLES)
    table = found.tables[APPLICATIONS]
    assert (table.state, table.form, table.engine) == (TableState.FOUND, "2021", "rules")
    for name in (ACTIVE_DISCLOSURE, REVIEW_LITIGATION):
        assert (found.tables[name].state, dict(found.tables[name].cells)) == (TableState.MISSING, {})
    assert [notice.code for notice in found.warnings] == ["table_missing", "table_missing"]


def test_the_same_bytes_give_the_same_recovery() -> None:
    data = paragraphs({"new_received": (26, 26)})
    assert recover(data, engine="rules") == recover(data, engine="rules")


def test_review_below_is_a_setting() -> None:
    data = report(WHOLE_REPORT).encode()
    told = recover(data, engine="rules")
    assert told.confidence < 0.99999
    assert not recover(data, engine="rules", review_below=told.confidence).needs_review
    assert recover(data, engine="rules", review_below=1.0).needs_review


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_check_that_is_not_the_fault_of_the_source_needs_a_review(
    monkeypatch: pytest.MonkeyPatch, verdict: Verdict
) -> None:
    """However low the threshold is: seven sums of this genuine report fail, and nothing else calls for a review."""
    monkeypatch.setattr(checks, "judge", lambda least: verdict)
    data = (DOCUMENTS / "genuine_piped_lines_traditional" / "report.txt").read_bytes()
    found = recover(data, engine="rules", review_below=0.0)
    assert {f.verdict for f in found.checks if not f.holds} == {verdict}
    assert found.needs_review is (verdict is not Verdict.SOURCE)


def test_a_table_says_what_scored_it() -> None:
    """Where the rules read a table whole the network is not asked, and the table does not claim it."""
    data = paragraphs({}, [0] * 7)
    assert recover(data, engine="auto").tables[APPLICATIONS].engine == "rules"
    assert recover(data, engine="rules").tables[APPLICATIONS].engine == "rules"
    assert recover(data, engine="model").tables[APPLICATIONS].engine == "model"
    torn = data.replace("1.属于国家秘密".encode(), "属二国家移密".encode()).replace("一、".encode(), b"", 1)
    lost = b"\n\n".join(line for k, line in enumerate(torn.split(b"\n\n")) if k % 11 != 5)
    assert recover(lost, engine="auto").tables[APPLICATIONS].engine == "model"


def test_engines() -> None:
    assert choose_scorer("rules").weights is None
    auto, model = choose_scorer("auto"), choose_scorer("model")
    assert (auto.name, model.name) == ("auto", "model")
    assert auto.weights == model.weights
    assert auto.weights


@pytest.mark.parametrize("engine", ["", "Rules", "gpt", "auto "])
def test_an_unknown_engine_is_refused(engine: str) -> None:
    with pytest.raises(ValueError, match="engine must be one of auto, model, rules"):
        recover(b"0", engine=engine)


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t ", b"\x00", b"\x00" * 1000, "\u3000\u00a0\ufeff".encode()],
    ids=["empty", "blank", "nul", "nuls", "wide"],
)
def test_input_without_text_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        recover(data, engine="rules")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"PK\x03\x04garbage",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"\xff\xfe\x00\xd8" * 7,
        bytes(range(256)) * 20,
    ],
    ids=["pdf", "zip", "png", "surrogates", "all bytes"],
)
def test_broken_files_raise_errors_of_our_own_or_hold_no_table(data: bytes) -> None:
    try:
        found = recover(data, engine="rules")
    except SourceError:
        return
    assert {table.state for table in found.tables.values()} == {TableState.MISSING}


def test_nuls_between_the_characters_do_no_harm() -> None:
    data = paragraphs({"new_received": [1, 0, 0, 0, 0, 0, 1]}, [0] * 7)
    try:
        found = recover(data.replace(b"\n\n", b"\n\x00\n"), engine="rules")
    except SourceError:
        return
    table = found.tables[APPLICATIONS]
    assert table.state is TableState.MISSING or row_of(table, "new_received") == [1, 0, 0, 0, 0, 0, 1]


def test_without_weights_auto_works_by_rules_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(folder: Path) -> object:
        raise ModelUnavailable("gouji.json is missing")

    monkeypatch.setattr(engines, "cached_scorer", unavailable)
    found = recover(paragraphs({}, [0] * 7), engine="auto")
    assert found.warnings[0].code == "model_unavailable"
    assert found.tables[APPLICATIONS].engine == "rules"
    assert found.parser.model is None
    with pytest.raises(ModelUnavailable):
        recover(paragraphs({}, [0] * 7), engine="model")


def test_without_a_calibration_the_order_of_confidences_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "_of_engine", lambda engine: None)
    sure: Recovery = recover(paragraphs({}, [0] * 7), engine="rules")
    open_rows = recover(paragraphs({"new_received": (26, 26), "granted": (26, 26)}), engine="rules")
    assert 0 <= open_rows.tables[APPLICATIONS].confidence < 0.8 < 0.95 < sure.tables[APPLICATIONS].confidence <= 1
    assert open_rows.confidence < sure.confidence
    assert sure.tables[REVIEW_LITIGATION].confidence == 0.9
