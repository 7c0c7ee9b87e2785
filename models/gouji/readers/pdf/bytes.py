"""Pages of a PDF whose strings are UTF-8 under a Latin font: what is stored is Chinese, what every reader gives is not.

Such a font has one character for each byte, and its names for them lose bytes; so the page is copied with fonts that
name every byte by a character of its own, and is read again. pypdf writes the names, for such pages only.
"""

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from gouji.readers.pdf.objects import Character

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject

_LEAST = 20  # characters on a page, from which on their shares say anything
_STRANGE = 0.35  # the share of characters that are neither ASCII nor Chinese, from which on bytes are suspected
_CHINESE = 0.05  # the share of Chinese ones up to which they are
_BROKEN = 0.02  # the share of bytes that may be no UTF-8
_FIRST = 0x2800  # the name of byte 0: there are 256 Braille patterns, and no report prints one
_MAP = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <%04X> endbfrange endcmap"
_SIMPLE = ("/Type1", "/TrueType", "/MMType1", "/Type3")  # kinds of fonts that have one character for each byte
_DEEPEST = 5  # forms within forms


def may_be_bytes(codes: Sequence[int]) -> bool:
    """Whether the characters of a page look as bytes do under a Latin font."""
    chinese = sum(0x2E80 <= code < 0xE000 or code >= 0xF900 for code in codes)
    if chinese > _CHINESE * len(codes) or len(codes) < _LEAST:
        return False
    printed = [code for code in codes if code > 32]
    strange = sum(code > 126 for code in printed) - chinese
    return len(printed) >= _LEAST and strange > _STRANGE * len(printed)


def page_with_named_bytes(document: pdfium.PdfDocument, number: int) -> bytes | None:
    """A PDF of one page (from 1) whose Latin fonts name byte b as U+2800 + b; None where it cannot be made."""
    import pypdf
    from pypdf.generic import NameObject, StreamObject

    alone = io.BytesIO()
    copy = pdfium.PdfDocument.new()
    try:
        copy.import_pages(document, [number - 1])
        copy.save(alone)
    finally:
        copy.close()
    try:
        writer = pypdf.PdfWriter(clone_from=alone)
        names = StreamObject()
        names.set_data(_MAP % _FIRST)
        reference = writer._add_object(names)
        for font in _fonts(writer.pages[0].get("/Resources"), 0):
            if font.get("/Subtype") in _SIMPLE:
                font[NameObject("/ToUnicode")] = reference
        named = io.BytesIO()
        writer.write(named)
    except Exception:
        # pypdf raises whatever it likes on damaged files; pdfium has read this one already.
        return None
    return named.getvalue()


def _fonts(resources: Any, depth: int) -> Iterator["DictionaryObject"]:
    """The fonts of a page, and of the forms on it."""
    if resources is None or depth > _DEEPEST:
        return
    held = resources.get_object()
    for font in held.get("/Font", {}).get_object().values() if "/Font" in held else ():
        yield font.get_object()
    for form in held["/XObject"].get_object().values() if "/XObject" in held else ():
        yield from _fonts(form.get_object().get("/Resources"), depth + 1)


def named_bytes_to_characters(named: Sequence[Character]) -> list[Character] | None:
    """What stands on a page of named bytes, read as UTF-8; None where its bytes are not that."""
    found: list[Character] = []
    broken = n = 0
    while n < len(named):
        first = named[n]
        byte = first.code - _FIRST
        if not 0 <= byte < 256:
            found.append(first)
            n += 1
            continue
        length = 1 if byte < 0xC0 or byte > 0xF4 else 2 if byte < 0xE0 else 3 + (byte >= 0xF0)
        part = named[n : n + length]
        try:
            code = ord(bytes(each.code - _FIRST for each in part).decode("utf-8"))
        except ValueError:
            broken, n = broken + 1, n + 1
            continue
        left, top, right, bottom = zip(*(each.box for each in part), strict=True)
        found.append(first._replace(code=code, box=(min(left), max(top), max(right), min(bottom))))
        n += length
    chinese = any(each.code >= 0x2E80 for each in found)
    return found if chinese and broken <= _BROKEN * len(found) else None
