"""Pictures, attachments and frames that plain text and Markdown only name: marks of converters, links, lone addresses.

What a mark is written with is blanked out, so that nothing of it is taken for a label or a value and every place stays
what it is in the source. The words of a link to a file stay: the page shows them.
"""

import html
import re
from collections.abc import Iterator

from gouji.document import Figure, FigureKind

_LONGEST = 2_000  # characters of an address, of the words of a picture
_PICTURES = r"png|jpe?g|jfif|gif|bmp|tiff?|webp|svg|heic|emf|wmf"
_FILES = r"pdf|docx?|xlsx?|wps|et|ofd|pptx?|csv|rtf|odt|ods|zip|rar|7z|mht|caj"
_PICTURE = re.compile(rf"\.(?:{_PICTURES})(?:[?#!@_].*)?$", re.IGNORECASE)
_FILE = re.compile(rf"\.(?:{_FILES})(?:[?#].*)?$", re.IGNORECASE)
_PATH = rf"[^\s()<>]{{0,{_LONGEST}}}(?:\([^\s()]{{0,200}}\)[^\s()<>]{{0,{_LONGEST}}})?"
_TITLE = r"(?:\s+[\"'“(][^\n]{0,300}?[\"'”)])?"
_ADDRESS = rf"\(\s*<?(?P<address>{_PATH}|data:[^()\s]*+)>?{_TITLE}\s*\)"
_WORDS = rf"(?P<words>[^\[\]\n]{{0,{_LONGEST}}}(?:\[[^\[\]\n]{{0,200}}\][^\[\]\n]{{0,200}})?)"
_IMAGE = re.compile(rf"!\[{_WORDS}\](?:{_ADDRESS}|\[(?P<name>[^\[\]\n]{{0,200}})\])")
_LINK = re.compile(rf"(?<!!)\[(?P<words>[^\[\]\n]{{0,300}})\](?:{_ADDRESS}|\[(?P<name>[^\[\]\n]{{1,200}})\])")
_REFERENCE = re.compile(
    rf"^[ ]{{0,3}}\[(?P<name>[^\[\]\n]{{1,200}})\]:[ \t]+<?(?P<address>[^\s<>]{{1,{_LONGEST}}})>?[^\n]*$", re.MULTILINE
)
_NAMED = r"image|img|picture|figure|photo|chart|图片|圖片|图像|圖像|图表|插图|截图|表格图片"
_COMMENT = re.compile(r"<!--(?P<words>.{0,400}?)-->", re.DOTALL)
_OF_PICTURE = re.compile(rf"{_NAMED}|formula|diagram|not[- ]decoded|omitted", re.IGNORECASE)
_MARK = re.compile(
    rf"[\[［【<(（]\s*(?:{_NAMED}|附图|(?P<attachment>附件|attachment|file))\s*[-_#]?\s*[0-9]{{0,3}}\s*(?:[:：|]\s*(?P<words>[^\]］】>)）\n]{{0,300}}))?\s*[\]］】>)）]"
    r"|\*{0,2}==>\s*picture[^\n]{0,120}<==\*{0,2}|<\|?image(?:_pad|_[0-9]{1,4})?\|?>",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"<(?P<tag>img|iframe|embed|object|frame)\b(?P<attributes>[^<>]{0,4000})/?>(?:\s*</(?P=tag)>)?", re.IGNORECASE
)
_ANCHOR = re.compile(r"<a\s(?P<attributes>[^<>]{0,4000})>(?P<words>[^<>]{0,300})</a>", re.IGNORECASE)
_SOURCE = re.compile(r"\b(?:src|href|data)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_START = r"(?:https?://|ftp://|\.{0,2}/|[A-Za-z0-9_-]+/)"
_LONE = re.compile(
    rf"^[ \t]*<?(?P<address>{_START}[^\s<>|｜]{{1,{_LONGEST}}}\.(?:{_PICTURES}|{_FILES})"
    r"(?:\?[^\s<>|]{0,300})?)>?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = re.compile(
    r"!\[|\]\(|\]\[|<!--|<[a-zA-Z|]|==>|[\[［【(（]\s*(?:附|" + _NAMED + rf"|attach|file)|\.(?:{_PICTURES}|{_FILES})\b",
    re.IGNORECASE,
)
_FRAMES = frozenset(("iframe", "embed", "object", "frame"))


def take_figures(text: str) -> tuple[str, tuple[Figure, ...]]:
    """The text with every mark of a figure blanked out, as long as it was, and the figures in reading order."""
    if not _SIGNS.search(text):
        return text, ()
    found = sorted(_find(text), key=lambda each: each[0].start())
    parts: list[str] = []
    figures: list[Figure] = []
    end = 0
    for mark, kind, address in found:
        if mark.start() < end:
            continue
        parts += [text[end : mark.start()], _blanked(mark, kind)]
        end = mark.end()
        if kind is not None:
            page = text.count("\f", 0, mark.start()) + 1
            figures.append(Figure(kind, mark.start(), page, address))
    return "".join((*parts, text[end:])), tuple(figures)


def marks_to_tags(text: str) -> str:
    """Markdown around tables in HTML: its pictures as tags, which the reader of HTML knows."""
    found = sorted(_find(text), key=lambda each: each[0].start()) if _SIGNS.search(text) else []
    parts: list[str] = []
    end = 0
    for mark, kind, address in found:
        if mark.start() >= end and kind is FigureKind.PICTURE and not mark.group().lower().startswith("<img"):
            inside = mark["address"] if mark.re is _IMAGE else None  # data in the address goes along
            source = html.escape(address or inside or "", quote=True)
            parts += [text[end : mark.start()], f'<img src="{source}">']
            end = mark.end()
    return "".join((*parts, text[end:]))


_Found = tuple[re.Match[str], FigureKind | None, str | None]


def _find(text: str) -> Iterator[_Found]:
    """Every mark, what it stands for (None: it is no figure, and blanked out all the same), and where it points to."""
    names = {found["name"].lower(): found["address"] for found in _REFERENCE.finditer(text)}
    for mark in _IMAGE.finditer(text):
        address = mark["address"] if mark["name"] is None else names.get((mark["name"] or mark["words"]).lower())
        yield mark, FigureKind.PICTURE, _address(address)
    for mark in _LINK.finditer(text):
        address = mark["address"] if mark["name"] is None else names.get(mark["name"].lower())
        if kind := _kind(address):
            yield mark, kind, _address(address)
    for mark in _REFERENCE.finditer(text):
        if _kind(mark["address"]) or mark["address"].startswith("data:"):
            yield mark, None, None
    for mark in _COMMENT.finditer(text):
        yield mark, FigureKind.PICTURE if _OF_PICTURE.search(mark["words"]) else None, None
    for mark in _MARK.finditer(text):
        attached = mark["attachment"] is not None
        if attached and not mark["words"]:
            continue  # （附件）, 【附件1】 are words of the text
        yield mark, FigureKind.ATTACHMENT if attached else FigureKind.PICTURE, None
    for mark in _TAG.finditer(text):
        kind = FigureKind.FRAME if mark["tag"].lower() in _FRAMES else FigureKind.PICTURE
        yield mark, kind, _address(_source(mark["attributes"]))
    for mark in _ANCHOR.finditer(text):
        if kind := _kind(_source(mark["attributes"])):
            yield mark, kind, _address(_source(mark["attributes"]))
    for mark in _LONE.finditer(text):
        yield mark, _kind(mark["address"]), _address(mark["address"])


def _kind(address: str | None) -> FigureKind | None:
    if not address:
        return None
    if _PICTURE.search(address) or address.startswith("data:image"):
        return FigureKind.PICTURE
    return FigureKind.ATTACHMENT if _FILE.search(address) else None


def _address(address: str | None) -> str | None:
    """An address that points out of the source; None for data inside it."""
    return None if not address or address.lower().startswith("data:") else address


def _source(attributes: str) -> str | None:
    found = _SOURCE.search(attributes)
    return html.unescape(next(filter(None, found.groups()), "")) if found else None


def _blanked(mark: re.Match[str], kind: FigureKind | None) -> str:
    """Blanks in place of a mark; the words of a link to a file stay between them."""
    whole = "".join("\n" if character == "\n" else " " for character in mark.group())
    if kind is not FigureKind.ATTACHMENT or mark.re not in (_LINK, _ANCHOR):
        return whole
    first, last = mark.start("words") - mark.start(), mark.end("words") - mark.start()
    return whole[:first] + mark["words"] + whole[last:]
