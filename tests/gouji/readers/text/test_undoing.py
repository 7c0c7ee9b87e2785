"""Escapes, wrong decodings and containers are undone: round trips of rebuilt documents by the standard library."""

import base64
import gzip
import html
import json
import quopri
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from gouji.document import Document, SourceTooLarge, UnreadableSource
from gouji.readers import read
from gouji.readers.text.encoding import decode
from gouji.readers.text.undoing import undo
from gouji.text.characters import count_labels

DOCUMENTS = Path(__file__).parents[3] / "documents"
WRITTEN = sorted(path for kind in ("txt", "html", "md", "json") for path in DOCUMENTS.glob(f"*/report.{kind}"))
WRAPPED = ("l16_html_in_json", "undone_")  # what is undone is no healthy document
PIPED = (DOCUMENTS / "l03n_piped_lines" / "report.txt").read_text(encoding="utf-8")
LINES = (DOCUMENTS / "l01_paragraphs" / "report.txt").read_text(encoding="utf-8")
TRADITIONAL = (DOCUMENTS / "genuine_piped_lines_traditional" / "report.txt").read_text(encoding="utf-8")
PAGE = decode((DOCUMENTS / "html_official_spans" / "report.html").read_bytes())
SOURCES = {"piped": PIPED, "lines": LINES, "traditional": TRADITIONAL, "page": PAGE}


def fragments(document: Document) -> list[str]:
    return [fragment.text for fragment in document.fragments]


@pytest.mark.parametrize(
    "path", [p for p in WRITTEN if not p.parent.name.startswith(WRAPPED)], ids=lambda path: path.parent.name
)
def test_healthy_documents_are_left_alone(path: Path) -> None:
    text = decode(path.read_bytes())
    undone = undo(text)
    assert undone.text == text
    assert undone.title is None


def strings(text: str) -> str:
    return text.encode("ascii", errors="backslashreplace").decode().replace("\n", "\\n")


def percents(text: str) -> str:
    return quote(text, safe="")


def quoted_printable(text: str) -> str:
    return quopri.encodestring(text.encode()).decode("ascii")


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


TAKEN = [
    ("utf-8", "latin-1"),
    ("utf-8", "cp1251"),
    ("utf-8", "mac_roman"),
    ("utf-8", "cp437"),
    ("utf-8", "gb18030"),
    ("utf-8", "big5hkscs"),
    ("utf-8", "cp1252"),
    ("gb18030", "latin-1"),
    ("gb18030", "cp1252"),
    ("gb18030", "big5hkscs"),
    ("gb18030", "cp1251"),
]


@pytest.mark.parametrize(("written", "taken"), TAKEN)
@pytest.mark.parametrize("source", SOURCES)
def test_wrong_decodings_are_undone(source: str, written: str, taken: str) -> None:
    text = SOURCES[source]
    document = read(text.encode(written).decode(taken, errors="replace").encode())
    labels = count_labels(text)
    # Big5 has no character for many pairs of bytes: where the script is not its own, whole characters are lost.
    assert count_labels(document.text) >= (0.6 if (source, taken) == ("traditional", "big5hkscs") else 0.9) * labels
    expected = [f for f in fragments(read(text.encode())) if f.isascii()]
    found = [f for f in fragments(document) if f.isascii()]
    assert found == expected


@pytest.mark.parametrize("source", ["piped", "lines", "traditional"])
def test_two_layers_of_wrong_decoding_are_undone(source: str) -> None:
    text = SOURCES[source]
    twice = text.encode().decode("cp1252", errors="replace").encode().decode("cp1252", errors="replace")
    assert count_labels(read(twice.encode()).text) >= 0.9 * count_labels(text)
    mixed = text.encode("gb18030").decode("latin-1").encode().decode("latin-1")
    assert read(mixed.encode()).text == text
    entities = "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in text.encode("gb18030").decode("latin-1"))
    assert read(entities.encode()).text == text
    assert read(strings(text.encode().decode("latin-1")).encode()).text == text


def test_a_part_that_was_decoded_wrongly_is_undone() -> None:
    lines = PIPED.split("\n")
    for start, end in ((0, 1), (0, 40), (100, 180), (250, len(lines))):
        for garble in (
            lambda part: part.encode().decode("latin-1"),
            lambda part: part.encode("gb18030").decode("cp1252"),
            lambda part: part.encode("gb18030").decode("big5hkscs", errors="replace"),
        ):
            part = garble("\n".join(lines[start:end]))
            mixed = "\n".join([*lines[:start], part, *lines[end:]])
            assert count_labels(undo(mixed).text) >= count_labels(PIPED) - 1
            assert undo(mixed).text.split("\n")[0] == lines[0]


def test_a_page_whose_letters_are_references_to_wrong_bytes() -> None:
    garbled = "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in PAGE.encode("gb18030").decode("latin-1"))
    assert fragments(read(garbled.encode())) == fragments(read(PAGE.encode()))


def test_lost_bytes_never_become_digits() -> None:
    text = PIPED.replace("141", "１４１").replace("规章", "规章二十")
    document = read(text.encode().decode("cp1252", errors="replace").encode())
    assert not any(digit in document.text.replace("１４１", "") for digit in "０２３４５６７８９")


def test_what_stays_unknown_is_told_as_such() -> None:
    title = "溧阳市璜土镇2023年政府信息公开工作年度报告\n"
    document = read((title + PIPED).encode().decode("cp1252", errors="replace").encode())
    first = document.text.split("\n")[0]
    assert len(first) == len(title) - 1
    assert all(a in (b, "\ufffd") for a, b in zip(first, title, strict=False))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("source", SOURCES)
def test_wide_encodings_without_a_mark(source: str, encoding: str) -> None:
    assert fragments(read(SOURCES[source].encode(encoding))) == fragments(read(SOURCES[source].encode()))


def test_lines_in_encodings_of_their_own() -> None:
    lines = PIPED.split("\n")
    data = "\n".join(lines[:90]).encode() + b"\n" + "\n".join(lines[90:]).encode("gb18030")
    assert read(data).text == PIPED


def test_gzip() -> None:
    packed = gzip.compress(PAGE.encode())
    assert fragments(read(packed)) == fragments(read(PAGE.encode()))
    assert len(fragments(read(packed[: len(packed) * 3 // 4]))) > 100
    with pytest.raises(UnreadableSource):
        read(b"\x1f\x8b\x08" + b"\xff" * 40)
    with pytest.raises(SourceTooLarge):
        read(gzip.compress(bytes(80 * 2**20)))


def mail(subject: str, *parts: tuple[str, str, str | None]) -> EmailMessage:
    """A mail with parts of (kind, text, encoding); the first is its body."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "gk@example.cn"
    for n, (kind, text, charset) in enumerate(parts):
        put = message.set_content if n == 0 else message.add_alternative
        put(text, subtype=kind, charset=charset or "utf-8", cte="base64" if n % 2 else "quoted-printable")
    return message


def test_mail_with_a_page_and_plain_text() -> None:
    message = mail("转发", ("plain", "表格见网页版。", "gb18030"), ("html", PAGE, "gb18030"))
    assert [f for f in fragments(read(message.as_bytes())) if f] == [f for f in fragments(read(PAGE.encode())) if f]


def test_mail_of_plain_text_names_its_attachments() -> None:
    message = mail("某局2023年报", ("plain", PIPED, None))
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="附件.pdf")
    document = read(message.as_bytes())
    assert fragments(document) == fragments(read(PIPED.encode()))
    assert document.title == "某局2023年报"
    assert [(figure.kind, figure.address) for figure in document.figures] == [("attachment", None)]


def test_an_attachment_is_read_where_the_body_holds_no_table() -> None:
    message = mail("年报", ("plain", "请查收附件。", None))
    message.add_attachment(b"not a table", maintype="application", subtype="octet-stream", filename="a.bin")
    message.add_attachment(PAGE.encode("gb18030"), maintype="application", subtype="octet-stream", filename="b.html")
    document = read(message.as_bytes())
    assert fragments(document) == fragments(read(PAGE.encode()))


def test_web_archives() -> None:
    archive = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.cn/a.html\r\n"
        "Subject: =?utf-8?Q?=E5=B9=B4?=\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----X"\r\n\r\n'
        "------X\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {cte}\r\n"
        "Content-Location: http://example.cn\r\n\r\n{body}\r\n"
        "------X\r\nContent-Type: text/css\r\n\r\ntd {{ color: red }}\r\n------X--\r\n"
    )
    bodies = {
        "quoted-printable": quoted_printable(PAGE),
        "base64": base64.encodebytes(PAGE.encode("gb18030")).decode(),
        "binary": PAGE,
    }
    for cte, body in bodies.items():
        document = read(archive.format(cte=cte, body=body).encode())
        assert fragments(document) == fragments(read(PAGE.encode()))
        assert document.media_type == "text/html"


def test_a_mail_without_text_is_unreadable() -> None:
    with pytest.raises(UnreadableSource):
        read(b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x--\n")


def test_records_that_are_tables_stay_as_they_are() -> None:
    rows = json.dumps([["规章", "0", "0"], ["行政许可", "3", ""], ["行政处罚", "1", "2"]], ensure_ascii=False)
    assert undo(rows).text == rows
    commas = '"规章","0","0","1"\n"行政许可","3","4","5"\n"行政处罚","1","2","3"\n'
    assert undo(commas).text == commas


def test_of_a_record_the_field_with_the_report_is_taken() -> None:
    record = {"id": 7, "abstract": PIPED[:400], "docTitle": "某局2023年报告", "body": PIPED, "seo": "行政许可 行政处罚"}
    undone = undo(json.dumps(record))
    assert (undone.text, undone.title) == (PIPED, "某局2023年报告")


def test_fields_that_hold_parts_are_taken_in_their_order() -> None:
    half = PIPED.index("三、收到")
    record = {"name": "x", "part1": PIPED[:half], "n": 2, "part2": PIPED[half:], "title": "某局2023年报告"}
    assert undo(json.dumps(record)).text == PIPED[:half] + "\n" + PIPED[half:]


def test_several_records_keep_their_titles() -> None:
    records = [{"title": "甲局2022年报告", "content": PIPED}, {"title": "乙局2023年报告", "content": LINES}]
    for written in (json.dumps(records), "\n".join(map(json.dumps, records))):
        text = undo(written).text
        assert text.index("甲局2022年报告") < text.index(PIPED) < text.index("乙局2023年报告") < text.index(LINES)


@pytest.mark.parametrize(
    "text",
    [
        '[网站首页] 某局"年报"\n行政许可 | 3 | "x"\n行政处罚 | 2 |',
        "C:\\new\\table 100% R&D 行政许可 | 3 |\n行政处罚 | 4 |",
        "链接 http://example.cn/?q=%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF&b=%E8%A7%84%E7%AB%A0 行政许可 | 3 |\n" * 3,
        "㙟㙍村、䶮镇、峃口、Müller、Škoda、Ёлка 行政许可 | 3 |\n" * 3,
        "a=1=2E=B2 规章 | 0 |\n行政许可 | =3D |\n",
    ],
)
def test_what_only_looks_escaped_is_left_alone(text: str) -> None:
    assert undo(text).text == text
