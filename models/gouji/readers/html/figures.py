"""The pictures, attachments and frames of an HTML page, where they stand in its text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml import etree

from gouji.document import Figure, FigureKind
from gouji.readers.figures import MAX_FIGURES
from gouji.readers.held import Held, Mark, data_uri_to_bytes

_FILES = re.compile(
    r"\.(?:pdf|docx?|docm|rtf|wps|wpt|ofd|xlsx?|xlsm|et|ett|csv|pptx?|zip|rar|7z|png|jpe?g|gif|bmp|tiff?|webp)$",
    re.IGNORECASE,
)
_PICTURE_FILES = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg)$", re.IGNORECASE)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazyload", "data-actualsrc", "data-echo", "data-url")
_ATTACHED = "附件"
_LINK_TEXT = 20  # pieces of the text of a link that are looked at
_TAGS = ("img", "input", "svg", "canvas", "object", "embed", "video", "iframe", "frame", "a")
_PLACES = ("div", "section", "article", "span", "p", "td", "table", "tbody", "template")
_WAITING = re.compile(
    r"(?:数据|正在|页面|表格|努力|拼命)*(?:加载|载入)中?[…. 。]*|loading\W*|请稍[候等]\W*", re.IGNORECASE
)
_BACKGROUND = re.compile(r"background[^;]*url\(", re.IGNORECASE)
_BREAKS = "\x1e\x1d"


def find_figures(root: etree._Element) -> dict[etree._Element, Mark]:
    """The elements of a page that are figures. Before anything is taken out of the tree: what is taken out is none."""
    found: dict[etree._Element, Mark] = {}
    for element in root.iter(*_TAGS, *_PLACES):
        mark = _mark_of(element)
        if mark is not None:
            found[_whole(element)] = mark
            if len(found) >= MAX_FIGURES:
                break
    return found


def _whole(element: etree._Element) -> etree._Element:
    """The element `picture` around an image, else the element itself. Sources hold what follows them, for lxml."""
    around = element
    while (parent := around.getparent()) is not None and parent.tag in ("source", "picture"):
        around = parent
    return around if around.tag == "picture" else element


def _mark_of(element: etree._Element) -> Mark | None:
    address: str | None
    match element.tag:
        case "a":
            return _link(element)
        case "input":
            is_image = element.get("type", "").strip().lower() == "image"
            return _picture((element.get("src"),)) if is_image else None
        case "img":
            return _picture(_addresses(element))
        case tag if tag in _PLACES:
            return _place(element)
        case "svg" | "canvas":
            return Mark(FigureKind.PICTURE)
        case "video":
            return _picture((element.get("poster"),)) if element.get("poster") else None
        case "object" | "embed":
            address = element.get("data") or element.get("src")
            kind = element.get("type", "").lower()
            if kind.startswith("image/") or _ends(address, _PICTURE_FILES) or _is_data(address):
                return _picture((address,))
            return Mark(FigureKind.FRAME, address)
        case _:
            return Mark(FigureKind.FRAME, element.get("src") or element.get("data-src"))


def _place(element: etree._Element) -> Mark | None:
    """An element with nothing in it, or the word that it is loading, that a script fills; or a picture behind it."""
    said = "".join((element.text or "").split())
    if len(element) or (said and not _WAITING.fullmatch(said)):
        return None
    if _BACKGROUND.search(element.get("style", "")):
        return Mark(FigureKind.PICTURE)
    named = any(name == "id" or name.startswith(("data-", "v-", "ng-", ":")) for name in map(str, element.attrib))
    return Mark(FigureKind.PLACE) if (named or said) and element.tag != "span" else None


def _addresses(image: etree._Element) -> Iterator[str | None]:
    """Where a picture may be, its true place before what is shown until it is loaded."""
    for name in _LAZY:
        yield image.get(name)
    yield image.get("src")
    sources = [image]
    whole = _whole(image)
    if whole is not image:
        sources += whole.iter("source")
    for source in sources:
        for name in ("srcset", "data-srcset"):
            listed = source.get(name, "").strip()
            yield listed if _is_data(listed) else next(iter(listed.split(",")[0].split()), None)


def _picture(addresses: Iterable[str | None]) -> Mark:
    address = next((each.strip() for each in addresses if each and each.strip()), None)
    if not _is_data(address):
        return Mark(FigureKind.PICTURE, address)
    data = data_uri_to_bytes(address or "")
    return Mark(FigureKind.PICTURE, None, Held(data) if data else None)


def _link(link: etree._Element) -> Mark | None:
    address = (link.get("href") or "").strip()
    if not address or _is_data(address):
        return None
    follows = not address.lower().startswith(("javascript:", "#"))
    said = "".join(text for text in islice(link.itertext(), _LINK_TEXT) if isinstance(text, str))
    if not is_file(address if follows else "", said):
        return None
    return Mark(FigureKind.ATTACHMENT, address if follows else None)


def is_file(address: str, said: str) -> bool:
    """Whether a link leads to a file, by its address or by its text."""
    return _ends(address, _FILES) or _ATTACHED in said or _ends(said, _FILES)


def _ends(address: str | None, files: re.Pattern[str]) -> bool:
    path = (address or "").split("#")[0].split("?")[0].strip()
    return bool(path) and files.search(path[-12:]) is not None


def _is_data(address: str | None) -> bool:
    return address is not None and address.lstrip()[:5].lower() == "data:"


def marks_to_figures(pieces: Sequence[object], text: str, start: int) -> Iterator[tuple[Figure, Mark]]:
    """The figures among pieces of a flow that was written as `text` from `start` on.

    Breaks and blanks were joined on the way, so the places are counted in characters that are no blanks.
    """
    if not any(isinstance(piece, Mark) for piece in pieces):
        return
    ends = [n + 1 for n, character in enumerate(text) if _is_printed(character)]
    before = 0
    for piece in pieces:
        if isinstance(piece, str):
            before += sum(map(_is_printed, piece))
        elif isinstance(piece, Mark):
            at = ends[min(before, len(ends)) - 1] if before and ends else 0
            yield Figure(piece.kind, start + at, address=piece.address), piece


def _is_printed(character: str) -> bool:
    return not character.isspace() and character >= " " and character not in "\x7f\ufeff" and character not in _BREAKS
