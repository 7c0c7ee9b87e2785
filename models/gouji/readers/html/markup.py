"""HTML -> element tree within limits, also HTML in disguise: inside JSON, inside string literals, escaped as text.

libxml2 gives up beyond 2048 levels of nesting, which is told here instead of losing the rest of the page.
"""

import html as entities
import json
import re
from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import cast

from lxml import etree
from lxml import html as lxml_html

from gouji.document import SourceTooLarge, UnreadableSource
from gouji.readers.html.styles import has_far_sheets, may_hide, read_styles
from gouji.readers.html.unseen import hide_unseen
from gouji.text.characters import count_labels

MAX_CHARACTERS = 20_000_000
MAX_TAGS = 400_000
MAX_ATTRIBUTES = 4_000  # of one tag: libxml2 compares each with each
_LOOK_AT = 65_536  # characters of a source that tell whether it is HTML
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|/?(?:html|head|body|table|tbody|tr|td|th|div|p|title|meta|span|ul|li|h[1-6]|article|section))"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
_PAGE_MARKUP = re.compile(r"<(?:!doctype|html|body)[\s>]", re.IGNORECASE)
_TABLE_MARKUP = re.compile(r"<t(?:able|r|d|h)[\s/>]", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"&(?:amp;)?lt;/?(?:table|tbody|tr|td|div|p|span)\b", re.IGNORECASE)
_STRING_MARKUP = re.compile(r"\\u003[cC]/?[a-zA-Z]|<\\/[a-zA-Z]|<[a-zA-Z]+ [^<>]*=\\[\"']")
_STRING_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PAGE_START = re.compile(r"\s*<(?:!doctype\b|!--|\?xml\b|(?:html|head|body|meta|script|title)\b)", re.IGNORECASE)
_PAGE_END = re.compile(r"</body\s*>\s*</html\s*>|</html\s*>", re.IGNORECASE)
_PAGE_BORDER = re.compile(
    r"(?P<head><head[\s>].{0,200000}?</head\s*>)|<!doctype[^>]{0,500}>|</?(?:html|body)(?:\s[^>]{0,2000})?>",
    re.IGNORECASE | re.DOTALL,
)
_STYLE_SHEET = re.compile(r"<style[\s>].{0,200000}?</style\s*>", re.IGNORECASE | re.DOTALL)
_PAGE_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})</title\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z](?:[^\"'>=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[=\"'])*+")
_ATTRIBUTE_VALUE = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_SMALL = 100_000  # characters; quadratic work on attributes does not matter below
_SKIPPED = ("script", "style", "template", "noscript", "iframe", "head")
_STILL_THERE = 0.6  # share of the labels of the form that a page has to keep when its styles hide text
_FEWEST_LABELS = 3  # of the form that a part which is not shown has to hold, to be worth a word (set)
_NOTE_MARK = re.compile(r"[\[(\uff08〔]?(?:[0-9]{1,2}|[*†‡#①-⑳]{1,3}|注[0-9]{0,2})[\])\uff09〕]?")
_GENERATED = re.compile(r"content\s*:\s*attr\(\s*([\w-]{1,40})")
_DRAWN_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]{0,20}")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class Hiding(Enum):
    """What is taken for unseen, tried in this order until text is left."""

    STYLES = "what sheets, inline styles and colours hide"
    INLINE = "what is marked as hidden where it stands"
    NOTHING = "nothing"


def looks_like_html(source: str | bytes) -> bool:
    """Whether a source is HTML by its content: a page, a fragment, or markup escaped inside JSON or text."""
    if isinstance(source, bytes):
        source = source[:_LOOK_AT].replace(b"\x00", b"").decode("latin-1")
    head = source[:_LOOK_AT]
    return any(pattern.search(head) for pattern in (_MARKUP, _ESCAPED_MARKUP, _STRING_MARKUP))


def has_markup(text: str) -> bool:
    """Whether a text holds tags as they stand, not only escaped ones."""
    return _MARKUP.search(text[:_LOOK_AT]) is not None


def is_whole_page(text: str) -> bool:
    """Whether a text is a page of its own, and not fragments of HTML among lines of text."""
    return _PAGE_MARKUP.search(text) is not None


def unwrap_markup(text: str) -> tuple[str, str | None]:
    """The HTML inside JSON, inside a string literal, or inside escaped markup; and the title that JSON gives it."""
    name = None
    stripped = text.lstrip()
    if stripped[:1] in ("{", "[", '"'):
        try:
            strings = list(_json_strings(json.loads(stripped)))
        except (ValueError, RecursionError):
            strings = []
        pieces = [value for _, value in strings if looks_like_html(value)]
        if pieces:
            name = next((value for key, value in strings if "title" in key.lower() and value.strip()), None)
            text = "\n".join(pieces)
    # Scripts of a page hold string literals of their own: a page is taken as it is.
    if _STRING_MARKUP.search(text) and not _PAGE_START.match(text):
        text = _STRING_ESCAPE.sub(_unescape_string, text)
    for _ in range(2):  # &amp;lt;table
        if _ESCAPED_MARKUP.search(text) and not _TABLE_MARKUP.search(text):
            text = entities.unescape(text)
    return text, name


def _json_strings(value: object) -> Iterator[tuple[str, str]]:
    """(key, string) of every string in a JSON value, in its order."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        key, value = stack.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, dict):
            stack.extend(reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((key, item) for item in reversed(value))


def _unescape_string(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return {"n": "\n", "r": "", "t": " "}.get(escape[2], escape[2])


def join_pages(text: str) -> str:
    """Pages that stand one behind the other in one source, as one page: a parser ends with the first of them.

    The title of a later page is a line of its text; it is what tells whose the page is.
    """
    first = _PAGE_END.search(text)
    if first is None or not text[first.end() :].strip():
        return text
    head, rest = text[: first.start()], text[first.end() :]
    return head + _PAGE_TITLE.sub(r"<p>\1</p>", _PAGE_BORDER.sub(_border, rest))


def _border(found: re.Match[str]) -> str:
    """A head keeps its title and its style sheets, all else at the border of two pages goes."""
    if not found["head"]:
        return ""
    titles = [f"<p>{title}</p>" for title in _PAGE_TITLE.findall(found.group())]
    return "".join([*titles, *_STYLE_SHEET.findall(found.group())])


def refuse_bombs(text: str) -> None:
    """Raise SourceTooLarge for a text that would take too long or too much memory to parse."""
    if len(text) > MAX_CHARACTERS:
        raise SourceTooLarge(f"{len(text)} characters of HTML; at most {MAX_CHARACTERS} are read")
    if (tags := text.count("<")) > MAX_TAGS:
        raise SourceTooLarge(f"{tags} tags; at most {MAX_TAGS} are read")
    if len(text) <= _SMALL:
        return
    for tag in _TAG.finditer(text):
        if tag.end() - tag.start() > 2 * MAX_ATTRIBUTES:
            attributes = len(_ATTRIBUTE_VALUE.sub(" ", tag.group()).split())
            if attributes > MAX_ATTRIBUTES:
                raise SourceTooLarge(f"a tag of {attributes} attributes")


def parse_markup(text: str) -> etree._Element:
    """The tree of a page. Raises UnreadableSource where there is none, SourceTooLarge beyond the depth allowed."""
    # As UTF-8 bytes with the encoding said here: a meta declaration can then do no harm.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableSource(f"no HTML can be read from this: {error}") from error
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise SourceTooLarge("the page is nested too deeply")
    return root


def title_of(root: etree._Element) -> str | None:
    """The name of the article, of the page, or of its first heading; one that speaks of a report goes first."""
    found = [e.get("content", "") for e in root.iter("meta") if e.get("name", "").lower() == "articletitle"]
    found += [str(e.xpath("string()")) for tag in ("title", "h1") for e in islice(root.iter(tag), 3)]
    titles = [" ".join(title.split()) for title in found]
    titles = [title for title in titles if 0 < len(title) <= 300]
    return next((title for title in titles if "报告" in title or "報告" in title), next(iter(titles), None))


def prune_unseen(root: etree._Element, hiding: Hiding) -> list[etree._Element] | None:
    """Take out what no reader of the page sees; the text behind an element stays.

    What was taken out and holds labels of the form is given back, emptied: a script may show it later. None where
    styles would take away much of the tables: scripts show later what those styles hide at first.
    """
    _drop_notes(root)
    _show_generated(root)
    unseen = [element for element in root.iter(*_SKIPPED) if element.tag != "style"]
    if hiding is Hiding.STYLES:
        styles = read_styles(root) if may_hide(root) else {}
        far = has_far_sheets(root)
        told = _telling(unseen)
        _empty([*unseen, *root.iter("style")])
        if not styles:
            return told
        labels = count_labels(_text_of(root))
        gone = hide_unseen(root, styles, far)
        told += _telling(gone)
        _empty(gone)
        return told if not labels or count_labels(_text_of(root)) >= _STILL_THERE * labels else None
    if hiding is Hiding.INLINE:
        styled = cast(list[etree._Element], root.xpath("//*[@style or @hidden]"))
        unseen += [e for e in styled if "hidden" in e.attrib or _HIDDEN.search(e.get("style", ""))]
    told = _telling(unseen)
    _empty([*unseen, *root.iter("style")])
    return told


def _show_generated(root: etree._Element) -> None:
    """Write numbers that a style sheet draws out of attributes into the elements that are empty but for them."""
    for sheet in root.iter("style"):
        for name in set(_GENERATED.findall(_text_of(sheet))):
            for element in root.iter():
                drawn = element.get(name, "") if isinstance(element.tag, str) else ""
                if _DRAWN_NUMBER.fullmatch(drawn) and not len(element) and not (element.text or "").strip():
                    element.text = drawn


def _drop_notes(root: etree._Element) -> None:
    """Take out marks of foot-notes that would run into the number before them, and what was struck out and replaced."""
    gone = []
    for element in root.iter("sup", "del", "s", "strike"):
        parent = element.getparent()
        said = _text_of(element).strip()
        if parent is None or not said or (element.tag == "sup" and not _NOTE_MARK.fullmatch(said)):
            continue
        others = [parent.text, *(text for e in parent for text in (e.tail, None if e is element else _text_of(e)))]
        if any(text and text.strip() for text in others):
            gone.append(element)
    _empty(gone)


def _telling(elements: list[etree._Element]) -> list[etree._Element]:
    """Those that hold enough labels of the form to be one of its tables."""
    return [e for e in elements if e.tag != "head" and count_labels(_text_of(e)) >= _FEWEST_LABELS]


def _text_of(root: etree._Element) -> str:
    return str(root.xpath("string()"))


def _empty(elements: list[etree._Element]) -> None:
    """Emptied and made plain inline elements: to take each out of the tree would copy the text around it."""
    for element in elements:
        del element[:]
        element.text = None
        element.attrib.clear()
        element.tag = "wbr"
