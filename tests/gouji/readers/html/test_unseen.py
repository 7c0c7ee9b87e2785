import pytest

from gouji.readers.html.colours import is_same, read_colour
from gouji.readers.html.markup import parse_markup
from gouji.readers.html.reader import html_to_document
from gouji.readers.html.styles import may_hide, read_styles

ROWS = "<tr><td>规章</td><td>0</td></tr><tr><td>行政许可</td><td>3</td></tr><tr><td>行政处罚</td><td>4</td></tr>"


def shown(body: str, sheet: str = "", head: str = "") -> str:
    """What is read of a page with a table and `body`, without blanks and without the table."""
    page = (
        f"<html><head><style>{sheet}</style>{head}</head><body><table>{ROWS}</table><div>前{body}后</div></body></html>"
    )
    text = html_to_document(page).text
    return "".join(text[text.index("前") : text.index("后") + 1].split())


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        (".x { display: none }", "<span class='a x'>9</span>"),
        ("#x{display:none!important} span{display:inline!important}", "<span id='x'>9</span>"),
        ("div > i.b { visibility: hidden; }", "<i class='b'>9</i>"),
        ("@media screen { .x { DISPLAY : NONE } }", "<b class='x'>9</b>"),
        ("broken } .y{color:} .x{display:none} @@", "<b class='x'>9</b>"),
        (".x{display:none} .x{", "<b class='x'>9</b>"),
        ("u{opacity:0}", "<u>9</u>"),
        ("", "<span style='opacity:0.0'>9</span>"),
        ("", "<span style='font-size:0'>9</span>"),
        ("", "<span style='font-size:0px'><b style='font-size:1.2em'>9</b></span>"),
        ("", "<span style='font:0/0 a'>9</span>"),
        ("", "<span style='color:#fff'>9</span>"),
        ("", "<span style='color:white'>9</span>"),
        ("", "<span style='color: rgb(255, 255, 255)'>9</span>"),
        ("", "<span style='color:#fdfdfd'>9</span>"),
        ("", "<font color='#FFFFFF'>9</font>"),
        ("", "<font color='ffffff'>9</font>"),
        ("", "<span style='color:transparent'>9</span>"),
        ("", "<span style='color:rgba(0,0,0,0)'>9</span>"),
        ("", "<p style='background:#036'><span style='color:#003366'>9</span></p>"),
        ("", "<table bgcolor='navy'><tr><td><font color='#000080'>9</font></td></tr></table>"),
        (".d{background-color:#eee}.t{color:#eee}", "<p class='d'><i class='t'>9</i></p>"),
        ("", "<p style='visibility:hidden'>9</p>"),
        ("", "<p hidden>9</p>"),
        ("", "<p aria-hidden='true' style='display:none'>9</p>"),
        ("", "<p style='position:absolute;left:-9999px'>9</p>"),
        ("", "<p style='position:fixed; top: -1000em'>9</p>"),
        ("", "<p style='text-indent:-9999px'>9</p>"),
        ("", "<p style='position:absolute;clip:rect(0 0 0 0)'>9</p>"),
        ("", "<p style='position:absolute;clip:rect(1px, 1px, 1px, 1px)'>9</p>"),
        ("", "<p style='clip-path: inset(50%)'>9</p>"),
        ("", "<p style='width:0;height:0;overflow:hidden'>9</p>"),
        ("", "<p style='height:1px;width:1px;overflow:hidden'>9</p>"),
        ("", "<p style='max-height:0;overflow:hidden'>9</p>"),
        ("", "<p style='transform:translateX(-9999px)'>9</p>"),
        ("", "<p style='transform:scale(0)'>9</p>"),
    ],
)
def test_what_nobody_sees_is_not_read(sheet: str, element: str) -> None:
    assert shown(element, sheet) == "前后"


@pytest.mark.parametrize(
    ("sheet", "element", "head"),
    [
        ("td{font-size:12pt}", "<span style='color:#333'>9</span>", ""),
        ("", "<p aria-hidden='true'>9</p>", ""),
        ("", "<p style='background:#036;color:#fff'>9</p>", ""),
        ("", "<table bgcolor='#336699'><tr><td><font color='white'>9</font></td></tr></table>", ""),
        ("tr.h{background:blue}", "<table><tr class='h'><td style='color:#fff'>9</td></tr></table>", ""),
        (".h{background:url(h.png) #fff}", "<p class='h' style='color:#fff'>9</p>", ""),
        ("", "<p style='background-image:linear-gradient(red,blue);color:#fff'>9</p>", ""),
        ("", "<table background='h.png'><tr><td style='color:#fff'>9</td></tr></table>", ""),
        (".x{display:none} p.x{display:block}", "<p class='x'>9</p>", ""),
        ("@media print { .x{display:none} }", "<p class='x'>9</p>", ""),
        (".x:hover{display:none} .x::after{display:none}", "<p class='x'>9</p>", ""),
        (".x{visibility:hidden}", "<p class='x'><i style='visibility:visible'>9</i></p>", ""),
        ("", "<p style='font-size:0'><b style='font-size:12px'>9</b></p>", ""),
        ("", "<p style='color:#eee'>9</p>", ""),
        ("", "<p style='color:#f00;background:#808080'>9</p>", ""),
        ("", "<p style='color:#fff;text-shadow:1px 1px 2px #000'>9</p>", ""),
        ("", "<p style='color:#fff;position:absolute'>9</p>", ""),
        ("", "<p style='left:-9999px'>9</p>", ""),
        ("", "<p style='margin-left:-5.4pt;text-indent:-2em'>9</p>", ""),
        ("", "<p style='overflow:hidden;width:600px'>9</p>", ""),
        ("", "<p style='transform:translate(-50%,-50%)'>9</p>", ""),
        ("", "<p style='opacity:0.8;filter:alpha(opacity=80)'>9</p>", ""),
        ("", "<p style='color:var(--ink)'>9</p>", ""),
        ("", "<p style='color:#fff;background:var(--ground)'>9</p>", ""),
        # A sheet that is not at hand may colour the head of a table.
        ("", "<table><tr class='h'><td style='color:#fff'>9</td></tr></table>", "<link rel='stylesheet' href='a.css'>"),
    ],
)
def test_what_is_seen_is_read(sheet: str, element: str, head: str) -> None:
    assert shown(element, sheet, head) == "前9后"


def test_a_cell_whose_text_is_unseen_keeps_its_place() -> None:
    rows = "<tr><td>规章</td><td style='color:#fff'>7</td><td>2</td></tr><tr><td>行政许可</td><td>3</td><td>5</td></tr>"
    document = html_to_document(f"<table>{rows}</table>")
    assert [f.text for f in document.fragments] == ["规章", "", "2", "行政许可", "3", "5"]


def test_rows_that_a_sheet_takes_out_take_no_place() -> None:
    page = f"<style>.old{{display:none}}</style><table><tr class='old'><td>规章</td><td>8</td></tr>{ROWS}</table>"
    document = html_to_document(page)
    assert [f.text for f in document.fragments][:2] == ["规章", "0"]
    assert document.fragments[0].grid is not None
    assert document.fragments[0].grid.row == 0


def test_a_page_that_scripts_show_later_is_read_as_it_stands() -> None:
    page = f"<style>.body{{opacity:0}}</style><p>某局</p><div class='body'><table>{ROWS}</table></div>"
    assert "行政许可" in html_to_document(page).text
    assert "行政许可" in html_to_document(f"<div style='opacity:0'><table>{ROWS}</table></div>").text


def test_sheets_and_selectors_are_bounded() -> None:
    rules = "".join(f".a{n} div p:not(.b) {{ color: #{n % 999:03d}; display: none }}" for n in range(20_000))
    assert "前9后" in shown("<p>9</p>", rules)
    deep = "@media all {" * 400 + ".x{display:none}" + "}" * 400
    assert shown("<b class='x'>9</b>", deep) == "前9后"
    assert shown("<b class='x'>9</b>", "p:not(" * 2000 + ".x" + ")" * 2000 + "{display:none}") == "前9后"


def test_ordinary_styles_are_not_looked_at_closer() -> None:
    sheet = "td{border:1px solid #000;width:60px;color:#333} .c1{margin:0 5px} th{background:#eee}"
    assert not may_hide(parse_markup(f"<style>{sheet}</style><table bgcolor='#fafafa'>{ROWS}</table>"))
    assert may_hide(parse_markup("<style>.h{background:navy;color:#fff}</style><p>a</p>"))


def test_the_cascade() -> None:
    sheet = "p{color:red} .a{color:green} p.a{color:blue} #b{color:black} p{color:gray!important}"
    root = parse_markup(
        f"<style>{sheet}</style><p>1</p><p class='a' style='color:white'>2</p><i class='a'>3</i><i id='b'>4</i>"
    )
    styles = {element.text: own["color"] for element, own in read_styles(root).items()}
    assert styles == {"1": "gray", "2": "gray", "3": "green", "4": "black"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("#fff", "rgb(250,250,250)", True),
        ("white", "#eee", False),
        ("red", "#808080", False),
        ("#123", "#112234", True),
    ],
)
def test_colours_that_an_eye_does_not_tell_apart(one: str, other: str, same: bool) -> None:
    first, second = read_colour(one), read_colour(other)
    assert first
    assert second
    assert is_same(first, second) is same


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("0<sup>1</sup>", "0"),
        ("<del>3</del>0", "0"),
        ("<s>3</s>", "3"),
        ("<sup>3</sup>", "3"),
        ('<i data-v="3"></i>', "3"),
        ('<i data-v="件"></i>', ""),
    ],
)
def test_what_stands_in_a_cell_is_the_number_that_is_seen(cell: str, text: str) -> None:
    page = f"<style>i::before{{content:attr(data-v)}}</style><table><tr><td>规章</td><td>{cell}</td></tr></table>"
    document = html_to_document(f"<html><body>{page}</body></html>")
    assert [fragment.text for fragment in document.fragments] == ["规章", text]
