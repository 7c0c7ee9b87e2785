import pytest

from eval.engines import ENGINES, run_engine
from eval.grids import Skipped
from eval.metrics import score_document
from eval.truth import Record, Truth
from gouji.forms import TABLES, template

HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")


def _record(truth: Truth, media_type: str, content: str) -> Record:
    return Record("a", "a", "report", media_type, content.encode(), truth)


@pytest.fixture
def truth(make_truth):
    return make_truth(
        active_disclosure={"permits.decisions": 12}, applications={"new_received.total": 3}, review_litigation={}
    )


def _write_text(truth: Truth) -> str:
    lines = ["2023年度报告"]
    for heading, table in zip(HEADINGS, TABLES, strict=True):
        lines += [heading, *(str(cell.value) for cell in truth.tables[table].cells.values())]
    return "\n\n".join([*lines, "五、存在的主要问题"])


def _write_html(truth: Truth) -> str:
    html = ["<html><body>"]
    for table in TABLES:
        cells = truth.tables[table].cells
        html.append("<table>")
        if table == "review_litigation":
            html.append("<tr><td colspan=5>行政复议<td colspan=10>行政诉讼</tr><tr>")
            html += [f"<td>{cell.value}</td>" for cell in cells.values()]
        else:
            for row in template(table, "2021").rows:
                values = "".join(f"<td>{cells[name].value}</td>" for name in row.cells)
                html.append(f"<tr><td colspan={10 - len(row)}>{row.label}</td>{values}</tr>")
        html.append("</tr></table>")
    return "".join(html) + "</body></html>"


def test_numbers_in_order_are_right_where_nothing_is_missing(truth):
    record = _record(truth, "text/plain", _write_text(truth))
    assert score_document(truth, run_engine("numbers_in_order", record)).counts.exact == 1


def test_numbers_in_order_shift_when_a_blank_is_dropped(truth):
    record = _record(truth, "text/plain", _write_text(truth).replace("\n\n3\n\n", "\n\n", 1))
    assert score_document(truth, run_engine("numbers_in_order", record)).counts.exact == 0


def test_all_zeros_has_the_zeros_right_and_nothing_else(truth):
    counts = score_document(truth, run_engine("all_zeros", _record(truth, "text/plain", ""))).counts
    assert (counts.zero, counts.zero_right, counts.nonzero, counts.nonzero_right) == (198, 198, 2, 0)
    assert (counts.sure_given, counts.sure_given_wrong) == (200, 2)


def test_pandas_reads_a_plain_page(truth):
    counts = score_document(truth, run_engine("read_html", _record(truth, "text/html", _write_html(truth)))).counts
    assert counts.exact == 1


def test_pandas_finds_no_table(make_truth):
    record = _record(make_truth(), "text/html", "<p>no table</p>")
    assert score_document(record.truth, run_engine("read_html", record)).counts.exact == 1


@pytest.mark.parametrize(
    "engine",
    ["read_html", "second_reader", "pdfplumber", "camelot_lattice", "camelot_hybrid", "pdftotext", "layoutparser"],
)
def test_peers_skip_what_they_do_not_take(engine, truth):
    with pytest.raises(Skipped, match="takes"):
        run_engine(engine, _record(truth, "text/plain", "text"))


def test_our_rules_read_what_is_there(truth):
    prediction = ENGINES["rules"](_record(truth, "text/html", _write_html(truth)))
    counts = score_document(truth, prediction).counts
    assert (counts.nonzero_right, counts.nonzero) == (2, 2)
