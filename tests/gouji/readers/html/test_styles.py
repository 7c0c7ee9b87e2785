"""The styles that can make text unseen, by the cascade of CSS."""

import pytest
from lxml import html

from gouji.readers.html import styles
from gouji.readers.html.styles import has_far_sheets, may_hide, read_styles


def style_of(page: str, name: str = "display") -> str | None:
    """A style of the element with the id x."""
    root = html.document_fromstring(page)
    found = read_styles(root).get(root.get_element_by_id("x"), {})
    return found.get(name)


@pytest.mark.parametrize(
    ("sheet", "inline", "value"),
    [
        ("#x {display: none}", "", "none"),
        ("#x {DISPLAY: None}", "", "none"),
        ("p {display: none} #x {display: block}", "", "block"),
        ("#x {display: block} p {display: none}", "", "block"),  # an id says more than a tag
        ("p {display: none} p {display: block}", "", "block"),
        ("p {display: none !important} #x {display: block}", "", "none"),
        ("#x {display: none}", "display: block", "block"),
        ("#x {display: none !important}", "display: block", "none"),
        ("@media print {#x {display: none}}", "", None),
        ("@media screen {#x {display: none}}", "", "none"),
        ("@supports (display: grid) {#x {display: none}}", "", "none"),
        ("@font-face {display: none}", "", None),
        ("#x::before {display: none}", "", None),
        ("#x:hover::: {display: none} p {display: inline}", "", "inline"),
        ("#x {border: none}", "", None),
    ],
)
def test_the_cascade_decides(sheet: str, inline: str, value: str | None) -> None:
    assert style_of(f"<style>{sheet}</style><p id=x style='{inline}'>3</p>") == value


def test_sheets_for_paper_count_nothing() -> None:
    assert style_of("<style media=print>#x {display: none}</style><p id=x>3") is None
    assert style_of("<style media='screen, print'>#x {display: none}</style><p id=x>3") == "none"


def test_attributes_count_as_the_weakest_styles() -> None:
    assert style_of("<body><p id=x hidden>3") == "none"
    assert style_of("<style>p {display: block}</style><p id=x hidden>3") == "block"
    assert style_of("<table id=x bgcolor=RED><tr><td>3</table>", "background-color") == "red"
    assert style_of("<table id=x background=a.png><tr><td>3</table>", "background-image") == "url(a.png)"


def test_half_of_a_cascade_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<style>#x {display: none} p {color: red} b {color: red}</style><p id=x>3"
    assert style_of(page) == "none"
    monkeypatch.setattr(styles, "MAX_SELECTORS", 2)
    assert style_of(page) is None


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>3", False),
        ("<p style='color: red'>3", False),
        ("<p style='color: white'>3", True),
        ("<p style='color: #eee'>3", False),
        ("<p style='background: navy'><b style='color: navy'>3", True),
        ("<p style='font-size: 0'>3", True),
        ("<p style='font-size: 0.9em'>3", False),
        ("<p hidden>3", True),
        ("<style>p {display:none}</style><p>3", True),
        ("<font color=white>3</font>", True),
        ("<p style='left: -999px'>3", True),
    ],
)
def test_only_what_may_hide_text_is_worth_the_work(page: str, expected: bool) -> None:
    assert may_hide(html.document_fromstring(page)) is expected


def test_a_page_that_links_sheets_has_some_that_are_not_at_hand() -> None:
    assert has_far_sheets(html.document_fromstring("<link rel='alternate stylesheet' href=a.css><p>3"))
    assert not has_far_sheets(html.document_fromstring("<link rel=icon href=a.png><style>p {}</style><p>3"))
