"""The pictures, embedded documents and linked files of a DOCX, where they stand."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gouji.document import Box, FigureKind, SourceError
from gouji.readers import media
from gouji.readers.held import Held, Mark
from gouji.readers.html.figures import is_file

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_SKIPPED = {f"{_W}del", f"{_W}moveFrom"}
_SIDES = ("l", "t", "r", "b")
_VML_SIDES = ("cropleft", "croptop", "cropright", "cropbottom")
_FRACTION = re.compile(r"(-?[0-9.]{1,12})(f?)")


def paragraph_marks(paragraph: Any, part: Any) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """The figures of a paragraph: those before its text, and those in it or behind it."""
    events = list(_events(paragraph, part))
    first = events.index(None) if None in events else 0
    return tuple(filter(None, events[:first])), tuple(filter(None, events[first:]))


def _events(element: Any, part: Any) -> Iterator[Mark | None]:
    """The figures in an element, and None for every piece of text."""
    for child in element:
        if child.tag == f"{_W}t":
            if (child.text or "").strip():
                yield None
        elif child.tag == f"{_W}object":
            yield _object(child, part)
        elif child.tag == f"{_A}blip":
            yield _blip(child, part)
        elif child.tag == f"{_V}imagedata":
            yield _imagedata(child, part)
        elif child.tag == _CHART:
            yield Mark(FigureKind.PICTURE)
        elif child.tag not in _SKIPPED and not str(child.tag).endswith("}Fallback"):
            if child.tag == f"{_W}hyperlink" and (link := _link(child, part)) is not None:
                yield link
            yield from _events(child, part)


def chunk_mark(chunk: Any, part: Any) -> Mark:
    """A document of another kind that Word shows as if its text stood here."""
    data, _ = _target(chunk.get(f"{_R}id"), part)
    kind = _kind(data)
    known = data is not None and kind in (media.HTML, media.DOCX, media.TEXT)
    return Mark(FigureKind.FRAME, None, Held(data, kind=kind) if known and data is not None else None)


def _blip(blip: Any, part: Any) -> Mark:
    data, address = _target(blip.get(f"{_R}embed") or blip.get(f"{_R}link"), part)
    around = blip.getparent()
    cut = around.find(f"{_A}srcRect") if around is not None else None
    crop = None if cut is None else _crop([_share(cut.get(side), 100_000) for side in _SIDES])
    return Mark(FigureKind.PICTURE, address, Held(data, crop) if data else None)


def _imagedata(picture: Any, part: Any) -> Mark:
    data, address = _target(picture.get(f"{_R}id") or picture.get(f"{_R}href"), part)
    crop = _crop([_share(picture.get(side), 65_536) for side in _VML_SIDES])
    return Mark(FigureKind.PICTURE, address, Held(data, crop) if data else None)


def _object(element: Any, part: Any) -> Mark:
    """An embedded document: a workbook is held as such, anything else as the picture that is shown of it."""
    ole = next(element.iter(f"{_O}OLEObject"), None)
    data, address = _target(ole.get(f"{_R}id") if ole is not None else None, part)
    if data is not None and _kind(data) in (media.XLSX, media.DOCX):
        return Mark(FigureKind.ATTACHMENT, None, Held(data, kind=_kind(data)))
    shown = next(element.iter(f"{_V}imagedata"), None)
    return Mark(FigureKind.ATTACHMENT, address, _imagedata(shown, part).held if shown is not None else None)


def _link(link: Any, part: Any) -> Mark | None:
    _, address = _target(link.get(f"{_R}id"), part)
    said = "".join(str(piece.text or "") for piece in link.iter(f"{_W}t"))
    return Mark(FigureKind.ATTACHMENT, address) if address and is_file(address, said) else None


def _target(number: str | None, part: Any) -> tuple[bytes | None, str | None]:
    """What a relation leads to: the bytes of a part inside, or an address outside."""
    relation = part.rels.get(number) if number else None
    if relation is None:
        return None, None
    if relation.is_external:
        return None, str(relation.target_ref)
    blob = getattr(relation.target_part, "blob", None)
    return (blob, None) if isinstance(blob, bytes) and blob else (None, None)


def _kind(data: bytes | None) -> str | None:
    try:
        return media.sniff(data) if data else None
    except SourceError:
        return None


def _share(printed: str | None, whole: int) -> float:
    """A share that is cut off, as drawings write it: in thousandths of a per cent, or in 65536ths with an f."""
    found = _FRACTION.fullmatch((printed or "").strip())
    if found is None:
        return 0.0
    value = float(found[1]) if found[1].count(".") < 2 and any(map(str.isdigit, found[1])) else 0.0
    return value if whole == 65_536 and not found[2] else value / whole


def _crop(shares: Sequence[float]) -> Box | None:
    left, top, right, bottom = (max(0.0, share) for share in shares)
    if not any((left, top, right, bottom)) or left + right > 0.95 or top + bottom > 0.95:
        return None
    return left, top, right, bottom
