import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Document, Gap, SourceError, SourceTooLarge, UnreadableSource
from gouji.readers.html.markup import looks_like_html
from gouji.readers.html.reader import html_to_document

Cell = tuple[str, int, int, int, int]


def cells(document: Document, table: int = 0) -> list[Cell]:
    places = [(f.text, f.grid) for f in document.fragments if f.grid is not None and f.grid.table == table]
    return [(text, g.row, g.column, g.row_span, g.column_span) for text, g in places]


def texts(document: Document) -> list[str]:
    return [f.text for f in document.fragments]


def read(source: str | bytes) -> Document:
    document = html_to_document(source)
    for f in document.fragments:
        assert document.text[f.start : f.end] == f.text
    starts = [f.start for f in document.fragments]
    assert starts == sorted(starts)
    return document


def test_page_in_reading_order() -> None:
    page = """<!DOCTYPE html><html><head><title>站名</title><style>p{}</style></head><body>
      <h1>某局2023年政府信息公开工作年度报告</h1><div>日期：2024-01-17</div><p>一、总体情况</p>
      <table><tr><td>规章</td><td>0</td></tr><tr><td>规范性文件</td><td>5</td></tr></table>
      <p>三、收到</p><script>var a = '<td>9</td>';</script></body></html>"""
    document = read(page)
    assert document.title == "某局2023年政府信息公开工作年度报告"
    assert document.media_type == "text/html"
    assert [(f.text, f.gap) for f in document.fragments] == [
        ("某局2023年政府信息公开工作年度报告", Gap.NONE),
        ("日期：2024-01-17", Gap.BLANK_LINE),
        ("一、总体情况", Gap.BLANK_LINE),
        ("规章", Gap.TABLE),
        ("0", Gap.CELL),
        ("规范性文件", Gap.ROW),
        ("5", Gap.CELL),
        ("三、收到", Gap.TABLE),
    ]


def test_merged_cells_are_laid_out_and_stand_once() -> None:
    document = read(
        "<table><tr><td rowspan=3>三</td><td rowspan='2' colspan=2>不予公开</td><td>1</td></tr>"
        "<tr><td>2</td></tr><tr><td>部分</td><td>x</td><td></td></tr></table>"
    )
    assert cells(document) == [
        ("三", 0, 0, 3, 1),
        ("不予公开", 0, 1, 2, 2),
        ("1", 0, 3, 1, 1),
        ("2", 1, 3, 1, 1),
        ("部分", 2, 1, 1, 1),
        ("x", 2, 2, 1, 1),
        ("", 2, 3, 1, 1),
    ]


@pytest.mark.parametrize(
    ("span", "columns"), [("2", 2), ("2.5", 2), ("x", 1), ("", 1), ("0", 1), ("-3", 1), ("99999", 64)]
)
def test_odd_column_spans(span: str, columns: int) -> None:
    document = read(f"<table><tr><td colspan='{span}'>a</td><td>b</td></tr></table>")
    assert cells(document) == [("a", 0, 0, 1, columns), ("b", 0, columns, 1, 1)]


def test_row_spans_end_with_the_table() -> None:
    document = read("<table><tr><td rowspan=0>a</td><td rowspan=60000>b</td></tr><tr><td>c</td></tr></table>")
    assert cells(document) == [("a", 0, 0, 2, 1), ("b", 0, 1, 2, 1), ("c", 1, 2, 1, 1)]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("&nbsp;", ""),
        ("&nbsp; <p>&nbsp;</p>", ""),
        ("", ""),
        ("<o:p></o:p>", ""),
        ("\u200b", ""),
        ("本年新<br/>制作数量", "本年新 制作数量"),
        ("<p>商业</p><p>企业</p>", "商业 企业"),
        ("<p>5</p><p>&nbsp;</p>", "5"),
        ("<span>自</span><span>然</span><b>人</b>", "自然人"),
        ("<span>5</span><span>3</span>", "53"),
        ("\n   12\n  ", "12"),
        ("&nbsp;7&nbsp;", "7"),
        ("a<!-- 9 -->b", "ab"),
        ("1<span style='display: none'>9</span>2", "12"),
        ("1<i hidden>9</i>2", "12"),
        ("1<script>9</script>2", "12"),
        ("&#48;&lt;", "0<"),
        ("自 然 人", "自 然 人"),
    ],
)
def test_text_of_a_cell(inner: str, text: str) -> None:
    assert cells(read(f"<table><tr><td>x</td><td>{inner}</td><td>y</td></tr></table>"))[1] == (text, 0, 1, 1, 1)


def test_only_innermost_tables_are_grids() -> None:
    inner = "<table><tr><td>规章</td><td>0</td></tr></table>"
    document = read(
        f"<table><tr><td>菜单</td><td><table><tr><td>标题{inner}中间{inner}</td></tr></table></td></tr></table>尾"
    )
    assert [(f.text, f.gap, f.grid and f.grid.table) for f in document.fragments] == [
        ("菜单", Gap.NONE, None),
        ("标题", Gap.BLANK_LINE, None),
        ("规章", Gap.TABLE, 0),
        ("0", Gap.CELL, 0),
        ("中间", Gap.TABLE, None),
        ("规章", Gap.TABLE, 1),
        ("0", Gap.CELL, 1),
        ("尾", Gap.TABLE, None),
    ]


def test_a_scrap_of_a_table_in_a_cell_does_not_break_the_grid() -> None:
    rows = "".join(f"<tr><td>{r}</td><td>0</td><td>1</td></tr>" for r in range(6))
    document = read(f"<table>{rows}<tr><td>末</td><td><table><tr><td>4</td><td></td></tr></table></td></tr></table>")
    assert cells(document)[-2:] == [("末", 6, 0, 1, 1), ("4", 6, 1, 1, 1)]


def test_body_text_in_a_cell_is_read_as_lines() -> None:
    body = "".join(f"<p>{'公开' * 60}{n}</p>" for n in range(9))
    document = read(f"<table><tr><td>&nbsp;</td><td>{body}<p>规章 | 0</p></td><td></td></tr></table>")
    assert all(f.grid is None for f in document.fragments)
    assert texts(document)[-2:] == ["规章", "0"]


def test_text_tables_inside_pre_are_read_as_text() -> None:
    document = read("<html><body><pre>规章 | 2 | 0 |\n行政许可 | 7 |\n</pre></body></html>")
    assert texts(document)[:3] == ["规章", "2", "0"]
    assert [f.newlines for f in document.fragments if f.text == "行政许可"] == [1]


def test_rows_of_divs_are_read_as_lines() -> None:
    document = read(
        "<div class=row><div>规章</div><div>0</div></div><div class=row><div>行政许可</div><div>7</div></div>"
    )
    assert [(f.text, f.gap) for f in document.fragments] == [
        ("规章", Gap.NONE),
        ("0", Gap.LINE),
        ("行政许可", Gap.LINE),
        ("7", Gap.LINE),
    ]


TABLE = '<p class="a">二、主动公开</p><table border="1"><tr><td>规章</td><td>&nbsp;</td><td>3</td></tr></table>'
EXPECTED = [("规章", 0, 0, 1, 1), ("", 0, 1, 1, 1), ("3", 0, 2, 1, 1)]


@pytest.mark.parametrize(
    "source",
    [
        TABLE,
        "说明\n\n" + TABLE + "\n尾",
        json.dumps({"code": 0, "data": {"title": "某局报告", "content": TABLE}}),
        json.dumps({"title": "某局报告", "content": TABLE}, ensure_ascii=False),
        json.dumps(TABLE),
        json.dumps({"content": TABLE})[:-2],
        json.dumps({"content": TABLE.replace("&nbsp;", " ")}).replace("<", "\\u003c").replace("/", "\\/"),
        TABLE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "[" * 20_000 + TABLE,
        TABLE.replace("</td>", "").replace("</tr>", ""),
        TABLE.replace("<tr>", "<tbody><tr>").replace("<td>", "<TD >"),
        '<?xml version="1.0" encoding="gb2312"?>' + TABLE,
    ],
    ids=range(12),
)
def test_fragments_of_html_wherever_they_stand(source: str) -> None:
    assert looks_like_html(source)
    document = read(source)
    assert cells(document) == EXPECTED
    assert any("主动公开" in f.text for f in document.fragments)


def test_title_inside_json() -> None:
    assert read(json.dumps({"docTitle": "某局报告", "content": TABLE})).title == "某局报告"


def test_newlines_around_fragments_are_lines() -> None:
    document = read("一、总体\n二、主动\n\n三、收到" + TABLE)
    assert [(f.text, f.gap) for f in document.fragments[:3]] == [
        ("一、总体", Gap.NONE),
        ("二、主动", Gap.LINE),
        ("三、收到", Gap.BLANK_LINE),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("meta", ["gb2312", "utf-8", ""])
def test_bytes_with_right_and_wrong_meta(encoding: str, meta: str) -> None:
    head = f"<head><meta charset='{meta}'><title>报告</title></head>"
    page = f"<html>{head}<body><p>政府信息公开 镕㛃</p>{TABLE}</body></html>"
    assert looks_like_html(page.encode(encoding))
    document = read(page.encode(encoding))
    assert cells(document) == EXPECTED
    assert "镕㛃" in document.text


def test_a_page_that_is_all_hidden_is_read_all_the_same() -> None:
    assert cells(read(f"<html><body style='display:none'>{TABLE}</body></html>")) == EXPECTED


@pytest.mark.parametrize(
    "text",
    ["规章\n0\n12", "a < b and c > d", "| 规章 | 本年<br>新 | 5 |", '{"text": "规章 0"}', "第二十条第<一>项", ""],
)
def test_text_is_not_html(text: str) -> None:
    assert not looks_like_html(text)
    assert not looks_like_html(text.encode())


@pytest.mark.parametrize(
    "source", ["", "  ", "<html></html>", "<p>&nbsp;</p>", "<!-- a -->", "<script>1</script>", b"\0\1"]
)
def test_pages_without_text(source: str | bytes) -> None:
    with pytest.raises(UnreadableSource):
        html_to_document(source)


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000 + "x",
        "<table><tr><td>" * 100_000 + "1",
        "<span>" * 5_000 + "x",
        "<b>x</b>" * 1_000_000,
        "<td " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</td>",
        "<p>" + "x" * 25_000_000,
        "<" * 5_000_000,
        "<table><tr>" + "<td rowspan=65000>a" * 20_000 + "<tr><td>b" * 20_000,
        "<table>" + "<tr>" + "<td colspan=1000>1" * 100_000,
        "<p>" + "a " * 1_000_000,
    ],
    ids=range(10),
)
def test_bombs_are_refused(bomb: str) -> None:
    with pytest.raises(SourceTooLarge):
        html_to_document(bomb)


def test_big_but_honest_pages_are_read() -> None:
    image = f"<img src='data:image/png;base64,{'A b=' * 200_000}' alt=x>"
    assert cells(read(f"<html><body>{image}{TABLE}</body></html>")) == EXPECTED
    deep = "<div>" * 300 + TABLE + "</div>" * 300
    assert cells(read(deep)) == EXPECTED
    spaces = "<pre>" + " " * 1_000_000 + "x</pre>" + " " * 1_000_000 + TABLE
    assert cells(read(spaces)) == EXPECTED


def test_entities_of_the_page_are_not_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY a "99999"><!ENTITY b SYSTEM "file:///etc/hostname">]>' + TABLE + "<p>&a;&b;</p>"
    assert "99999" not in "".join(texts(read(page))[3:])


def test_string_literals_in_scripts_do_not_end_them() -> None:
    script = r"""<script>document.write("<td class=\"x\">9<\/td><\/script>");</script>"""
    assert texts(read(f"<!DOCTYPE html><html><body>{script}{TABLE}</body></html>"))[0] == "二、主动公开"


def test_hidden_rows_and_cells_take_no_place() -> None:
    document = read(
        "<table><tr style='display:none'><td>0</td></tr><tr><td hidden>9</td><td>a</td><td>b</td></tr></table>尾"
    )
    assert cells(document) == [("a", 0, 0, 1, 1), ("b", 0, 1, 1, 1)]


def test_control_characters_by_reference() -> None:
    page = "<table><tr><td>a&#1;b</td><td hidden>x</td>&#30;<td>c&#xD800;</td></tr></table><script>1</script>&#29;尾"
    document = read(page)
    assert texts(document)[0] == "ab"
    assert not any(ord(character) < 9 for character in document.text)


# fmt: off
SCRAPS = (
    "<caption>",
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=2>", "<td rowspan=3>", "<p>", "<br>", "<pre>",
    "<script>", "</script>", "<!--", "-->", "&nbsp;", "&lt;td&gt;", "<", ">", '"', "'", "\\u003c", '\\"', "\x00",
    "\x1e", "规章", "0", "\n", " ", "{", "[", "<td hidden>", "<svg>", "<![CDATA[", "<?xml", "&#0;", "&#xD800;",
)
# fmt: on


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=60))
def test_no_scrap_of_markup_leaks_a_foreign_exception(scraps: list[str]) -> None:
    with contextlib.suppress(SourceError):
        read("".join(scraps))
