"""What kind of file some bytes are, told by their content and never by their name."""

import io
import re
import zipfile

from gouji.document import UnreadableSource, UnsupportedMedia
from gouji.readers.text.encoding import wide_encoding

TEXT = "text/plain"
HTML = "text/html"
PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = "application/x-gouji-pictures"  # several pictures that one document holds, packed: see held.py
PDF_BY_PDFPLUMBER = "application/x-gouji-pdf-by-pdfplumber"  # a PDF that is to be read by a second library
BINARY = frozenset({PDF, PNG, JPEG, TIFF, DOC, DOCX, XLSX})

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_HTML_HEAD = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|tr|td|th|p|span|script|style|h[1-6]|article|section)"
    rb"[\s/>]",
    re.IGNORECASE,
)
# PDF allows some junk in front of its header; readers look for it in the first kilobyte.
_PDF_HEADER_WITHIN = 1024
_HEAD = 65536


def sniff(data: bytes, name: str | None = None, media_type: str | None = None) -> str:
    """The media type of `data` by its content. `name` and `media_type` only word the error.

    A PDF with newlines before its header is a PDF; an HTML page named .pdf is HTML. Raises UnreadableSource for
    nothing at all and for broken or encrypted containers, UnsupportedMedia for a type that no reader takes.
    """
    if not data.strip(b"\0 \t\r\n\f"):
        raise UnreadableSource("the file is empty")
    head = data[:_HEAD]
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _is_pdf(head):
        return PDF
    if head.startswith(_OLE):
        return _ole_type(data)
    if head.startswith(_ZIP):
        return _zip_type(data)
    if head.startswith(_TEXT_BOMS):
        return HTML if _HTML_HEAD.search(head.replace(b"\0", b"")) else TEXT
    if wide := wide_encoding(head):
        return HTML if _HTML_HEAD.search(head.decode(wide, errors="replace").encode()) else TEXT
    if _is_binary(head):
        called = media_type or name or "unknown"
        raise UnsupportedMedia(f"this is neither text, HTML, PDF, a picture, DOCX nor XLSX (called {called})")
    return HTML if _HTML_HEAD.search(head) else TEXT


def _is_pdf(head: bytes) -> bool:
    stripped = head.lstrip(b"\xef\xbb\xbf\0 \t\r\n\f")
    if stripped.startswith(b"%PDF-"):
        return True
    at = head.find(b"%PDF-", 0, _PDF_HEADER_WITHIN)
    return at >= 0 and not _HTML_HEAD.search(head[:at]) and re.search(rb"\d+\s+\d+\s+obj\b", head[at:]) is not None


def _is_binary(head: bytes) -> bool:
    """Whether the bytes hold control characters that no text encoding of Chinese uses."""
    if head.startswith(b"{\\rtf"):
        return True
    controls = sum(head.count(bytes((code,))) for code in (*range(0, 8), *range(14, 27), *range(28, 32), 127))
    return controls * 50 > len(head) or b"\0" in head


def _ole_type(data: bytes) -> str:
    # The names of the streams of a compound file stand in it as UTF-16.
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableSource("the document is encrypted")
    if "WordDocument".encode("utf-16-le") in data:
        return DOC
    raise UnsupportedMedia("an old binary Office file that is not a Word document")


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableSource(f"a damaged ZIP container: {error}") from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    raise UnsupportedMedia("a ZIP container that is neither DOCX nor XLSX")
