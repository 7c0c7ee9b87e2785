"""Escapes are undone: round trips of rebuilt documents by the standard library, and each way by itself."""

import base64
import html
import json
import quopri
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from gouji.readers import read
from gouji.readers.text.escapes import OF_PAGE, OF_TEXT, Escape, join_surrogates, undo_references_of_page, undo_string
from tests.gouji.readers.text.wrapped_texts import SOURCES, fragments, quoted_printable, strings


def percents(text: str) -> str:
    return quote(text, safe="")


def references(text: str) -> str:
    return html.escape(text).encode("ascii", errors="xmlcharrefreplace").decode()


def javascript(text: str) -> str:
    return "".join(
        c if c.isalnum() and c.isascii() else f"%u{ord(c):04x}" if c > "\xff" else f"%{ord(c):02X}" for c in text
    )


ESCAPES: dict[str, Callable[[str], str]] = {
    "string": strings,
    "string_upper": lambda t: "".join(f"\\u{ord(c):04X}" if c > "\x7f" else c for c in t),
    "string_twice": lambda t: strings(t).replace("\\", "\\\\"),
    "string_bytes": lambda t: repr(t.encode())[2:-1],
    "string_octal": lambda t: "".join(f"\\{b:03o}" if b > 127 else chr(b) for b in t.encode()),
    "json": lambda t: json.dumps(t),
    "json_in_json": lambda t: json.dumps({"data": json.dumps({"title": "某局年度报告", "text": t})}),
    "json_chinese": lambda t: json.dumps({"title": "某局年度报告", "content": t}, ensure_ascii=False),
    "json_cut": lambda t: json.dumps({"id": 3, "content": t, "more": "abc"})[:-9],
    "json_lines": lambda t: "\n".join(json.dumps({"line": line}) for line in t.split("\n")),
    "json_array": lambda t: json.dumps(t.split("\n"), indent=1),
    "json_array_of_records": lambda t: json.dumps([{"n": n, "p": line} for n, line in enumerate(t.split("\n"))]),
    "json_callback": lambda t: f"callback({json.dumps({'content': t})});",
    "json_script": lambda t: f"var report = {json.dumps({'content': t}, ensure_ascii=False)};",
    "references": references,
    "references_twice": lambda t: html.escape(references(t)),
    "references_thrice": lambda t: html.escape(html.escape(references(t))),
    "references_hex": lambda t: "".join(f"&#x{ord(c):x};" if c > "\x7f" else c for c in t),
    "percents": percents,
    "percents_gbk": lambda t: quote(t.encode("gb18030"), safe=""),
    "percents_plus": quote_plus,
    "percents_twice": lambda t: percents(percents(t)),
    "javascript": javascript,
    "quoted_printable": quoted_printable,
    "quoted_printable_gbk": lambda t: quopri.encodestring(t.encode("gb18030")).decode("ascii"),
    "base64": lambda t: base64.encodebytes(t.encode()).decode(),
    "utf7": lambda t: t.encode("utf-7").decode("ascii"),
    "string_of_references": lambda t: strings(references(t)),
    "references_of_json": lambda t: html.escape(json.dumps({"content": t})),
    "percents_of_json": lambda t: percents(json.dumps({"content": t})),
}


@pytest.mark.parametrize("way", ESCAPES)
@pytest.mark.parametrize("source", SOURCES)
def test_escapes_are_undone(source: str, way: str) -> None:
    expected = read(SOURCES[source].encode())
    document = read(ESCAPES[way](SOURCES[source]).encode())
    assert [f for f in fragments(document) if f] == [f for f in fragments(expected) if f]
    if "json_in_json" in way or "json_chinese" in way:
        assert document.title == "某局年度报告"


def backs(text: str, name: str, ways: tuple[Escape, ...] = OF_TEXT) -> list[str]:
    """What one way back makes of a text that shows its sign."""
    escape = next(each for each in ways if each.name == name)
    assert escape.is_there(text)
    return list(escape.back(text))


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("string", "\\u653f\\u5e9c\\u516c\\n3"),
        ("bare units", "u653f u5e9c u516c\n3"),
        ("percent units", "%u653f%u5e9c%u516c%0A3"),
        ("percents", quote("政府公\n3")),
        ("quoted-printable", quoted_printable("政府公\n3")),
        ("references", "&amp;amp;#25919;&#x5e9c;&#20844;\n3"),
    ],
)
def test_each_way_gives_back_the_characters(name: str, escaped: str) -> None:
    assert any("".join(back.split()).startswith("政府公3") for back in backs(escaped, name))


def test_utf7_is_read_as_the_codec_writes_it() -> None:
    text = "规章:3\n行政许可:4\n行政处罚:5"
    assert backs(text.encode("utf-7").decode("ascii"), "UTF-7") == [text]


def test_fewer_signs_than_a_way_needs_are_no_escapes() -> None:
    string = next(each for each in OF_TEXT if each.name == "string")
    assert not string.is_there("\\u653f\\u5e9c")
    assert string.is_there("\\u653f\\u5e9c\\u516c")
    percents = next(each for each in OF_TEXT if each.name == "percents")
    assert not percents.is_there("5% 6% 7%")


def test_bytes_in_a_string_are_read_in_every_encoding_they_may_be_in() -> None:
    written = "".join(f"\\x{byte:02x}" for byte in "规章".encode("gb18030"))
    assert list(undo_string(written))[1] == "规章"
    assert list(undo_string("\\u89c4\\t\\u7ae0\\r\\n")) == ["规\t章\n"]


def test_surrogates_are_one_character_and_lone_ones_unknown() -> None:
    assert join_surrogates("\ud840\udc0b") == "\U0002000b"
    assert join_surrogates("规\ud840章") == "规\ufffd章"


def test_in_a_page_a_reference_to_a_mark_of_markup_stays_one() -> None:
    (undone,) = undo_references_of_page("&amp;lt;td&amp;gt; &amp;#35268;&amp;nbsp;")
    assert undone == "&lt;td&gt; 规\xa0"
    assert backs("<p>&amp;#35268;</p>", "references", OF_PAGE) == ["<p>规</p>"]
