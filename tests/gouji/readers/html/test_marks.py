from pathlib import Path

import pytest

from gouji.document import FigureKind
from gouji.readers import read
from gouji.readers.html.marks import take_figures
from gouji.readers.text.encoding import decode
from gouji.readers.text.reader import text_to_document

DOCUMENTS = Path(__file__).parents[3] / "documents"
WRITTEN = sorted(path for kind in ("txt", "md") for path in DOCUMENTS.glob(f"*/report.{kind}"))
PICTURE, ATTACHMENT, FRAME = FigureKind.PICTURE, FigureKind.ATTACHMENT, FigureKind.FRAME


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_documents_without_figures_are_left_alone(path: Path) -> None:
    text = decode(path.read_bytes())
    assert take_figures(text) == (text, ())


@pytest.mark.parametrize(
    ("mark", "kind", "address"),
    [
        ("![](images/1a2b.jpg)", PICTURE, "images/1a2b.jpg"),
        ('![表 3 规章 12](a/b_(1).png "行政许可 5")', PICTURE, "a/b_(1).png"),
        ("![规章 [1]](<a.png>)", PICTURE, "a.png"),
        ("![](data:image/png;base64,iVBORw0KGgo=)", PICTURE, None),
        ("![图][t3]", PICTURE, None),
        ("<!-- image -->", PICTURE, None),
        ("<!-- formula-not-decoded -->", PICTURE, None),
        ("<!-- 图片 12 -->", PICTURE, None),
        ("[图片]", PICTURE, None),
        ("【图片1】", PICTURE, None),
        ("[image: 规章 3 5]", PICTURE, None),
        ("[Image #2]", PICTURE, None),
        ("**==> picture [502 x 350] intentionally omitted <==**", PICTURE, None),
        ("<image>", PICTURE, None),
        ("<img alt='12' src='/u/3.png' width=300>", PICTURE, "/u/3.png"),
        ('<iframe src="t3.html?a=1&amp;b=2"></iframe>', FRAME, "t3.html?a=1&b=2"),
        ("https://example.cn/2023/12/t3.PNG", PICTURE, "https://example.cn/2023/12/t3.PNG"),
        ("./files/2023.xlsx", ATTACHMENT, "./files/2023.xlsx"),
        ("<http://example.cn/a.pdf?x=1>", ATTACHMENT, "http://example.cn/a.pdf?x=1"),
        ("[附件: 12.xls]", ATTACHMENT, None),
    ],
)
def test_marks_of_figures_leave_nothing_behind(mark: str, kind: FigureKind, address: str | None) -> None:
    text = f"二、主动公开\n{mark}\n规章 | 3 |"
    document = text_to_document(text)
    assert document.text == text
    assert [fragment.text for fragment in document.fragments] == ["二、主动公开", "规章", "3"]
    assert all(text[f.start : f.end] == f.text for f in document.fragments)
    (figure,) = document.figures
    assert (figure.kind, figure.address) == (kind, address)
    assert text[figure.start :].lstrip(" ").startswith(mark[:2])


@pytest.mark.parametrize(
    ("mark", "kind", "address"),
    [
        ("[附件1:统计表](files/a.xlsx)", ATTACHMENT, "files/a.xlsx"),
        ("[附件1:统计表](http://example.cn/a%20b.docx 'x')", ATTACHMENT, "http://example.cn/a%20b.docx"),
        ('<a href="a.pdf">附件1:统计表</a>', ATTACHMENT, "a.pdf"),
    ],
)
def test_the_words_of_a_link_to_a_file_stay(mark: str, kind: FigureKind, address: str) -> None:
    document = text_to_document(f"规章\n{mark}\n3")
    assert [fragment.text for fragment in document.fragments] == ["规章", "附件1:统计表", "3"]
    assert [(figure.kind, figure.address) for figure in document.figures] == [(kind, address)]


def test_references_at_the_end() -> None:
    document = text_to_document("规章\n![表][t3]\n![T3]\n[表][t3]\n\n[t3]: a/12.png\n[n]: http://example.cn 注\n")
    assert [(f.kind, f.address) for f in document.figures] == [(PICTURE, "a/12.png"), (PICTURE, "a/12.png")]
    assert "a/12.png" not in [fragment.text for fragment in document.fragments]


@pytest.mark.parametrize(
    "text",
    [
        "（附件）",
        "【附件1】统计表",
        "[图片新闻] 规章 | 3 |",
        "见[网站](http://example.cn/2023/) 规章",
        "第二十条第[一]项 a < b 3 > 2",
        "某局2023年年度报告.pdf",
        "(图) 规章 | 0 |",
    ],
)
def test_words_in_brackets_are_no_figures(text: str) -> None:
    assert take_figures(text) == (text, ())


def test_figures_know_their_page() -> None:
    document = text_to_document("规章\f\n[图片]\n\f![](a.png)")
    assert [figure.page for figure in document.figures] == [2, 3]


def test_comments_that_name_nothing_are_no_text_either() -> None:
    document = text_to_document("规章\n<!-- 页 3 行 5 -->\n3")
    assert [fragment.text for fragment in document.fragments] == ["规章", "3"]
    assert document.figures == ()


def test_pictures_in_markdown_around_tables_of_html() -> None:
    table = "<table><tr><td>规章</td><td>3</td></tr><tr><td>行政许可</td><td>5</td></tr></table>"
    document = read(f"# 报告\n\n{table}\n\n![12](images/a&b.png)\n\n尾".encode())
    assert {"规章", "3", "行政许可", "5", "尾"} <= {f.text for f in document.fragments}
    assert not any("png" in f.text or f.text == "12" for f in document.fragments)
