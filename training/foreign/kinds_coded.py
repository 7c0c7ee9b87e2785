"""Kinds of escaped and garbled text: escapes, records, entities twice over, wrong code pages, UTF-16 and mail."""

import json
import re
from base64 import encodebytes
from collections.abc import Callable
from html import escape
from quopri import encodestring
from random import Random

from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.pages.page import Page, draw_page, page_to_html, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import OMIT, grid_to_pipes, sheet_to_grid, sheet_to_html


def _pipes(sheet: Sheet) -> list[str]:
    return grid_to_pipes(sheet_to_grid(sheet, OMIT))


def _lines(sheet: Sheet) -> list[str]:
    return [cell.text for row in sheet.rows for cell in row]


def _table(sheet: Sheet) -> str:
    return sheet_to_html(sheet)


def _beyond_ascii(text: str, write: Callable[[int], str]) -> str:
    return re.sub(r"[^\x00-\x7f]", lambda m: write(ord(m.group())), text)


@rendering("escaped", VALIDATION)
def json_record(rng: Random) -> Foreign:
    """A crawler's record, its text escaped."""
    page = draw_page(rng)
    record = {"id": rng.randint(1, 10**6), "name": page.title, "body": page_to_text(page, _pipes)}
    return text_document(json.dumps(record), page_to_truth(page), ending=rng.choice(("json", "txt")))


@rendering("escaped", VALIDATION)
def bare_escapes(rng: Random) -> Foreign:
    """`\\uXXXX` in plain text."""
    page = draw_page(rng)
    text = _beyond_ascii(page_to_text(page, _pipes), lambda code: f"\\u{code:04x}")
    return text_document(text, page_to_truth(page))


@rendering("escaped", VALIDATION)
def entities_twice(rng: Random) -> Foreign:
    """Entities of entities in a web page: `&amp;#35268;`."""
    page = draw_page(rng)
    html = _beyond_ascii(page_to_html(page, _table), lambda code: f"&amp;#{code};")
    return text_document(html, page_to_truth(page), ending="html")


@rendering("escaped", TEST)
def json_lines_of_html(rng: Random) -> Foreign:
    """JSON Lines with the page's markup, escaped; another record in front."""
    page = draw_page(rng)
    other = {"url": "http://example.cn/1", "content": "通知公告"}
    lines = [json.dumps(other), json.dumps({"url": "http://example.cn/2", "content": page_to_html(page, _table)})]
    return text_document("\n".join(lines) + "\n", page_to_truth(page), ending="jsonl")


@rendering("escaped", TEST)
def entities_in_text(rng: Random) -> Foreign:
    """Hexadecimal entities in a text file."""
    page = draw_page(rng)
    return text_document(_beyond_ascii(page_to_text(page, _pipes), lambda code: f"&#x{code:X};"), page_to_truth(page))


@rendering("escaped", TEST)
def markup_escaped(rng: Random) -> Foreign:
    """A feed with the escaped markup of the page in an element."""
    page = draw_page(rng)
    inner = escape(page_to_html(page, _table))
    xml = f"<rss><channel><item><title>{page.title}</title><description>{inner}</description></item></channel></rss>"
    return text_document(xml, page_to_truth(page), ending="html")


@rendering("escaped", TEST)
def big_escapes(rng: Random) -> Foreign:
    """Escapes in capitals, as properties files have them, newlines as `\\n`."""
    page = draw_page(rng)
    text = _beyond_ascii(page_to_text(page, _lines), lambda code: f"\\u{code:04X}").replace("\n", "\\n")
    return text_document(f"report.body={text}\n", page_to_truth(page))


def _mistake(text: str, true: str, taken: str) -> str:
    return text.encode(true, "ignore").decode(taken, "replace")


@rendering("mojibake", VALIDATION)
def utf8_as_latin1(rng: Random) -> Foreign:
    """UTF-8 taken for Latin-1: every byte is still there."""
    page = draw_page(rng)
    return text_document(_mistake(page_to_text(page, _pipes), "utf-8", "latin-1"), page_to_truth(page))


@rendering("mojibake", VALIDATION)
def utf8_as_cp1252(rng: Random) -> Foreign:
    """UTF-8 taken for cp1252: some bytes are lost."""
    page = draw_page(rng)
    return text_document(_mistake(page_to_html(page, _table), "utf-8", "cp1252"), page_to_truth(page), ending="html")


@rendering("mojibake", VALIDATION)
def utf8_as_gbk(rng: Random) -> Foreign:
    """UTF-8 taken for GBK: 锟斤拷 and its friends."""
    page = draw_page(rng)
    return text_document(_mistake(page_to_text(page, _lines), "utf-8", "gb18030"), page_to_truth(page))


@rendering("mojibake", TEST)
def gbk_as_latin1(rng: Random) -> Foreign:
    """GBK taken for Latin-1."""
    page = draw_page(rng)
    return text_document(_mistake(page_to_text(page, _lines), "gbk", "latin-1"), page_to_truth(page))


@rendering("mojibake", TEST)
def gbk_as_cp1252(rng: Random) -> Foreign:
    """GBK taken for cp1252, in a web page."""
    page = draw_page(rng)
    return text_document(_mistake(page_to_html(page, _table), "gbk", "cp1252"), page_to_truth(page), ending="html")


@rendering("mojibake", TEST)
def utf8_twice(rng: Random) -> Foreign:
    """UTF-8 taken for Latin-1, twice."""
    page = draw_page(rng)
    text = _mistake(_mistake(page_to_text(page, _pipes), "utf-8", "latin-1"), "utf-8", "latin-1")
    return text_document(text, page_to_truth(page))


@rendering("unmarked_utf", VALIDATION)
def utf16_text(rng: Random) -> Foreign:
    """UTF-16 without a mark, text."""
    page = draw_page(rng)
    return text_document(
        page_to_text(page, _pipes), page_to_truth(page), encoding=rng.choice(("utf-16-le", "utf-16-be"))
    )


@rendering("unmarked_utf", TEST)
def utf16_page(rng: Random) -> Foreign:
    """UTF-16 without a mark, a web page that calls itself UTF-8."""
    page = draw_page(rng)
    encoding = rng.choice(("utf-16-le", "utf-16-be"))
    return text_document(page_to_html(page, _table), page_to_truth(page), ending="html", encoding=encoding)


@rendering("unmarked_utf", TEST)
def utf32_text(rng: Random) -> Foreign:
    """UTF-32 without a mark."""
    page = draw_page(rng)
    return text_document(
        page_to_text(page, _lines), page_to_truth(page), encoding=rng.choice(("utf-32-le", "utf-32-be"))
    )


def _head(page: Page, kind: str) -> str:
    subject = "=?utf-8?B?" + encodebytes(page.title.encode()).decode().replace("\n", "") + "?="
    return f"From: <saved@example.cn>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"


def _part(kind: str, coding: str, body: bytes, more: str = "") -> bytes:
    coded = encodestring(body) if coding == "quoted-printable" else encodebytes(body)
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n{more}\r\n".encode() + coded


def _join(page: Page, kind: str, parts: list[bytes], rng: Random) -> bytes:
    mark = f"----=_Part_{rng.randbytes(6).hex()}"
    head = _head(page, f'multipart/{kind}; boundary="{mark}"').encode()
    body = b"".join(f"--{mark}\r\n".encode() + part + b"\r\n" for part in parts)
    return head + body + f"--{mark}--\r\n".encode()


@rendering("mail", VALIDATION)
def saved_page(rng: Random) -> Foreign:
    """A page saved by a browser: MHTML, quoted-printable, a style sheet beside it."""
    page = draw_page(rng)
    where = "Content-Location: http://example.cn/art.html\r\n"
    parts = [
        _part('text/html; charset="utf-8"', "quoted-printable", page_to_html(page, _table).encode(), where),
        _part("text/css", "quoted-printable", b"td{width:60px}"),
    ]
    return Foreign(_join(page, 'related; type="text/html"', parts, rng), "mht", (page_to_truth(page),))


@rendering("mail", VALIDATION)
def mail_of_one_part(rng: Random) -> Foreign:
    """A mail with the page as its only part, base64."""
    page = draw_page(rng)
    head = _head(page, "text/html; charset=utf-8").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n")
    return Foreign(head.encode() + encodebytes(page_to_html(page, _table).encode()), "eml", (page_to_truth(page),))


@rendering("mail", TEST)
def saved_gbk_page(rng: Random) -> Foreign:
    """MHTML in GBK, base64."""
    page = draw_page(rng)
    body = page_to_html(page, _table, charset="gb2312").encode("gb18030")
    parts = [_part('text/html; charset="gb2312"', "base64", body)]
    return Foreign(_join(page, "related", parts, rng), "mhtml", (page_to_truth(page),))


@rendering("mail", TEST)
def mail_with_both(rng: Random) -> Foreign:
    """A mail with the report as text and as a page: one report, told twice."""
    page = draw_page(rng)
    parts = [
        _part("text/plain; charset=utf-8", "quoted-printable", page_to_text(page, _pipes).encode()),
        _part("text/html; charset=utf-8", "base64", page_to_html(page, _table).encode()),
    ]
    return Foreign(_join(page, "alternative", parts, rng), "eml", (page_to_truth(page),))
