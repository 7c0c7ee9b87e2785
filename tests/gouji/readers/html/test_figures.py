import base64
import io

import pytest
from PIL import Image

from gouji.document import Document, FigureKind
from gouji.readers import read
from gouji.readers.html.reader import html_to_document, html_to_holding

PICTURE, ATTACHMENT, FRAME = FigureKind.PICTURE, FigureKind.ATTACHMENT, FigureKind.FRAME
DATA = "data:image/png;base64," + base64.b64encode(b"png").decode()


@pytest.mark.parametrize(
    ("markup", "kind", "address"),
    [
        ('<img src="/a/t2.png">', PICTURE, "/a/t2.png"),
        ('<img src="/blank.gif" data-src="/a/t3.jpg">', PICTURE, "/a/t3.jpg"),
        ('<img data-original="t.png" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', PICTURE, "t.png"),
        ('<img srcset="s.png 1x, l.png 2x">', PICTURE, "s.png"),
        ('<picture><source srcset="w.webp"><img></picture>', PICTURE, "w.webp"),
        ('<input type="image" src="i.png">', PICTURE, "i.png"),
        (f'<img src="{DATA}">', PICTURE, None),
        ("<svg><text>3</text></svg>", PICTURE, None),
        ("<canvas></canvas>", PICTURE, None),
        ('<video poster="p.jpg"></video>', PICTURE, "p.jpg"),
        ('<object data="t.svg"></object>', PICTURE, "t.svg"),
        ('<embed src="report.pdf">', FRAME, "report.pdf"),
        ('<object data="page.html"></object>', FRAME, "page.html"),
        ('<iframe src="/viewer?f=1"></iframe>', FRAME, "/viewer?f=1"),
        ('<a href="/f/2023.XLS?x=1">下载</a>', ATTACHMENT, "/f/2023.XLS?x=1"),
        ('<a href="/download?id=7">附件1：统计表</a>', ATTACHMENT, "/download?id=7"),
        ('<a href="javascript:get(3)">附件</a>', ATTACHMENT, None),
        ('<a href="/d/7">年度报告.docx</a>', ATTACHMENT, "/d/7"),
    ],
)
def test_a_figure_of_every_kind(markup: str, kind: FigureKind, address: str | None) -> None:
    plain = html_to_document("<html><body><p>前 文</p><p>后文</p></body></html>")
    found = html_to_document(f"<html><body><p>前 文</p>{markup}<p>后文</p></body></html>")
    assert [(f.kind, f.address, f.read) for f in found.figures] == [(kind, address, False)]
    if kind is not ATTACHMENT:
        assert (found.text, found.fragments) == (plain.text, plain.fragments)
    assert found.text[: found.figures[0].start].split() == ["前", "文"]


@pytest.mark.parametrize("markup", ['<a href="/p/7.html">下一篇</a>', '<a name="附件">x</a>', "<input src=i.png>"])
def test_other_elements_are_none(markup: str) -> None:
    assert html_to_document(f"<p>文{markup}</p>").figures == ()


def test_figures_stand_where_the_page_shows_them() -> None:
    page = (
        "<html><body><h2>二、主动公开\n 政府信息情况</h2><p>  见&nbsp;图 <img src=a.png> 与文</p>"
        "<table><tr><td>规章</td><td>1 <img src=b.png></td></tr><tr><td><img src=c.png>2</td><td>3</td></tr></table>"
        "<div hidden><img src=hidden.png></div><p>尾</p><img src=d.png></body></html>"
    )
    found = html_to_document(page)
    before = {f.address: found.text[: f.start].split()[-1] for f in found.figures}
    assert before == {"a.png": "图", "b.png": "1", "c.png": "1", "d.png": "尾"}
    assert [f.start for f in found.figures] == sorted(f.start for f in found.figures)
    without = html_to_document(page.replace("<img", "<wbr"))
    assert (found.text, found.fragments) == (without.text, without.fragments)


def test_what_a_page_holds_goes_with_the_number_of_its_figure() -> None:
    holding = html_to_holding(f'<p>文<img src="a.png"><img src="{DATA}"></p>')
    assert {n: held.data for n, held in holding.held.items()} == {1: b"png"}


def uri(picture: bytes, kind: str, **how: object) -> str:
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).save(out, kind, **how)  # type: ignore[arg-type]
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def report(*parts: str) -> bytes:
    head = (
        "<!doctype html><html><head><meta charset=utf-8></head><body><h1>某市教育局2023年政府信息公开工作年度报告</h1>"
    )
    return f"{head}{''.join(parts)}<p>五、存在的主要问题</p><p>{'有待完善。' * 80}</p></body></html>".encode()


def values(document: Document) -> list[str]:
    return [f.text for f in document.fragments if f.text.isdigit()]


@pytest.mark.parametrize(("kind", "how"), [("WEBP", {"lossless": True}), ("GIF", {}), ("JPEG", {"quality": 90})])
def test_a_table_in_the_address_of_a_picture_is_read(
    kind: str, how: dict[str, object], table_pictures: tuple[bytes, ...]
) -> None:
    heading = "<p>四、政府信息公开行政复议、行政诉讼情况</p>"
    found = read(report(heading, f'<p><img src="{uri(table_pictures[2], kind, **how)}"></p>'))
    assert [figure.read for figure in found.figures] == [True]
    assert len(values(found)) == 15
    assert found.ocr
    assert all(found.text[f.start : f.end] == f.text and f.box is None for f in found.fragments)
    shown = next(f for f in found.fragments if f.grid is not None)
    assert found.text.index("行政诉讼情况") < shown.start < found.text.index("五、存在")


@pytest.mark.parametrize("table", ["", "<table><tr><td>目录</td><td>说明</td></tr></table>"])
def test_a_table_in_the_address_of_a_picture_of_markdown_is_read(table: str, table_pictures: tuple[bytes, ...]) -> None:
    heading, picture = "四、政府信息公开行政复议、行政诉讼情况", uri(table_pictures[2], "PNG")
    lines = (
        "# 某市教育局2023年政府信息公开工作年度报告",
        table,
        f"## {heading}",
        f"![图片]({picture})",
        "## 五、其他",
        "无。",
    )
    found = read("\n\n".join(lines).encode())
    assert [figure.read for figure in found.figures] == [True]
    assert len(values(found)) == 15
    assert all(found.text[f.start : f.end] == f.text for f in found.fragments)
    shown = next(f for f in found.fragments if f.score is not None)
    assert found.text.index(heading) < shown.start < found.text.index("五、其他")


def test_photographs_and_pictures_elsewhere_leave_a_page_as_it_was(photograph: bytes) -> None:
    heading = "<p>四、政府信息公开行政复议、行政诉讼情况</p>"
    page = report(heading, f'<img src="{uri(photograph, "PNG")}">', '<img src="https://example.org/t4.png">')
    found = read(page)
    assert [figure.read for figure in found.figures] == [False, False]
    plain = read(report(heading))
    assert (found.text, found.fragments, found.pages) == (plain.text, plain.fragments, plain.pages)


def test_a_page_of_nothing_but_a_photograph_is_unreadable(photograph: bytes) -> None:
    from gouji.document import UnreadableSource

    with pytest.raises(UnreadableSource, match="no text"):
        read(f'<html><body><img src="{uri(photograph, "PNG")}"></body></html>'.encode())


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ('<div id="t3"></div>', FigureKind.PLACE),
        ('<div data-src="/api/t3.json">加载中…</div>', FigureKind.PLACE),
        ('<div style="background-image:url(t3.png);height:9em"></div>', FigureKind.PICTURE),
        ("<div></div>", None),
        ('<div id="t3">无</div>', None),
    ],
)
def test_an_element_that_a_script_fills_is_told(markup: str, kind: FigureKind | None) -> None:
    document = html_to_document(f"<p>前</p>{markup}<p>后</p>")
    assert [figure.kind for figure in document.figures] == ([kind] if kind else [])


@pytest.mark.parametrize("tag", ['div style="display:none"', "template", "div hidden"])
def test_a_part_that_is_not_shown_and_holds_labels_is_told(tag: str) -> None:
    hidden = "<table><tr><td>行政许可</td><td>行政处罚</td><td>行政强制</td></tr></table>"
    shown = "<p>行政许可</p><p>行政处罚</p><p>行政强制</p><p>法律服务机构</p><p>社会公益组织</p>"
    document = html_to_document(f"<html><body>{shown}<{tag}>{hidden}</{tag.split()[0]}><p>后</p></body></html>")
    assert [figure.kind for figure in document.figures] == [FigureKind.PLACE]
