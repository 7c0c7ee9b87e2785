"""HTML within limits, in disguise, and without what nobody sees."""

import json

import pytest
from lxml import etree

from gouji.document import SourceTooLarge, UnreadableSource
from gouji.readers.html import markup
from gouji.readers.html.markup import (
    Hiding,
    has_markup,
    is_whole_page,
    join_pages,
    looks_like_html,
    parse_markup,
    prune_unseen,
    refuse_bombs,
    title_of,
    unwrap_markup,
)

TABLE = "<table><tr><td>规章</td><td>3</td></tr></table>"
LABELS = "<tr><td>规章<td>3<tr><td>行政规范性文件<td>4<tr><td>行政许可<td>5<tr><td>行政处罚<td>6"


def text_of(root: etree._Element) -> str:
    return "".join(str(root.xpath("string()")).split())


def seen(page: str, hiding: Hiding = Hiding.STYLES) -> str | None:
    """What is left of a page; None where its styles hide too much."""
    root = parse_markup(page)
    return None if prune_unseen(root, hiding) is None else text_of(root)


@pytest.mark.parametrize(
    ("source", "html", "tags", "page"),
    [
        (TABLE, True, True, False),
        (f"<html><body>{TABLE}</body></html>", True, True, True),
        ("&lt;table&gt;&lt;tr&gt;", True, False, False),
        (json.dumps({"a": TABLE}).replace("<", "\\u003c"), True, False, False),
        ("规章 | 3 < 5 | <4>", False, False, False),
        ("", False, False, False),
    ],
)
def test_markup_is_told_by_its_tags(source: str, html: bool, tags: bool, page: bool) -> None:
    assert looks_like_html(source) is html
    assert looks_like_html(source.encode("utf-16-le")) is html
    assert has_markup(source) is tags
    assert is_whole_page(source) is page


def test_html_in_disguise_is_unwrapped() -> None:
    assert unwrap_markup(json.dumps({"id": 3, "docTitle": "年报", "content": TABLE})) == (TABLE, "年报")
    assert unwrap_markup(json.dumps([TABLE, TABLE])) == (f"{TABLE}\n{TABLE}", None)
    assert unwrap_markup(TABLE.replace("<", "\\u003c").replace("章", "章\\n"))[0] == TABLE.replace("章", "章\n")
    once = TABLE.replace("<", "&lt;").replace(">", "&gt;")
    assert unwrap_markup(once) == (TABLE, None)
    assert unwrap_markup(once.replace("&", "&amp;")) == (TABLE, None)
    page = f"<html><script>'<\\/td>'</script>{TABLE}</html>"
    assert unwrap_markup(page) == (page, None)


def test_pages_behind_each_other_are_one_and_a_later_title_is_a_line() -> None:
    first = f"<html><body><p>甲</p>{TABLE}</body></html>"
    second = f"<!doctype html><html><head><title>乙</title><style>p {{}}</style></head><body>{TABLE}</body></html>"
    joined = join_pages(first + second)
    root = parse_markup(joined)
    assert len(root.findall(".//table")) == 2
    assert [p.text for p in root.iter("p")] == ["甲", "乙"]
    assert "<style>" in joined
    assert join_pages(first) == first
    assert join_pages(TABLE) == TABLE


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_bombs(TABLE)
    monkeypatch.setattr(markup, "MAX_TAGS", 5)
    with pytest.raises(SourceTooLarge, match="tags"):
        refuse_bombs(TABLE)
    monkeypatch.setattr(markup, "MAX_CHARACTERS", 10)
    with pytest.raises(SourceTooLarge, match="characters"):
        refuse_bombs(TABLE)


def test_a_tag_of_many_attributes_is_refused_and_one_of_a_long_value_is_not() -> None:
    with pytest.raises(SourceTooLarge, match="attributes"):
        refuse_bombs("<td " + " ".join(f"a{n}=1" for n in range(30_000)) + ">")
    refuse_bombs(f"<td alt='{'规 章 ' * 60_000}'>")


def test_what_is_nested_too_deeply_is_told_and_what_is_none_is_unreadable() -> None:
    assert text_of(parse_markup(TABLE)) == "规章3"
    with pytest.raises(SourceTooLarge, match="nested"):
        parse_markup("<div>" * 3000 + "3")
    with pytest.raises(UnreadableSource):
        parse_markup("")


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>首页</title><h1>某局 2023年\n年度报告</h1>", "某局 2023年 年度报告"),
        ("<title>首页</title><h1>正文</h1>", "首页"),
        ("<meta name=ArticleTitle content='某局年报'><title>首页</title>", "某局年报"),
        (f"<title>{'长' * 301}</title><h1>正文</h1>", "正文"),
        ("<p>3", None),
    ],
)
def test_the_title_that_speaks_of_a_report_goes_first(page: str, title: str | None) -> None:
    assert title_of(parse_markup(page)) == title


def test_what_nobody_sees_is_taken_out_and_the_text_behind_it_stays() -> None:
    assert seen("<p>1<script>2</script>3<template>4</template><p style='display:none'>5</p>6") == "136"
    assert seen("<p>1<span style='color:white'>2</span>3") == "13"
    assert seen("<p>1<span style='color:white'>2</span>3", Hiding.INLINE) == "123"
    assert seen("<p>1<span hidden>2</span>3", Hiding.INLINE) == "13"
    assert seen("<p>1<span hidden>2</span>3<script>4</script>", Hiding.NOTHING) == "123"


def test_styles_that_hide_most_labels_are_not_believed() -> None:
    page = f"<style>table {{display: none}}</style><table>{LABELS}</table>"
    assert seen(page) is None
    root = parse_markup(f"<table>{LABELS}</table><table>{LABELS}</table><table style='display:none'>{LABELS}</table>")
    told = prune_unseen(root, Hiding.STYLES)
    assert told is not None
    assert len(told) == 1  # a script may show it later
    assert text_of(root).count("规章") == 2


def test_marks_of_foot_notes_and_what_was_struck_out_are_taken_out() -> None:
    assert seen("<td>3<sup>1</sup></td>") == "3"
    assert seen("<td>3<sup>①</sup></td>") == "3"
    assert seen("<td>m<sup>th</sup></td>") == "mth"
    assert seen("<td><sup>3</sup></td>") == "3"
    assert seen("<td><del>4</del>5</td>") == "5"
    assert seen("<td><del>4</del></td>") == "4"


def test_numbers_that_a_sheet_draws_out_of_attributes_are_read() -> None:
    sheet = "<style>td::after {content: attr(data-n)}</style>"
    assert seen(f"{sheet}<table><tr><td data-n=37></td><td data-n=8>9</td><td data-n=abc></td></table>") == "379"
