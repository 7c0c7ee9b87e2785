"""Mails and web archives (.eml, .mht): the page or the text inside, and the attachments where that holds no table."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import Message
from itertools import islice

from gouji.document import Document, Figure, FigureKind, SourceError, UnreadableSource
from gouji.text.characters import count_labels

ReadPart = Callable[[bytes, str | None, str | None], Document]  # bytes, name of the file, declared encoding

_HEAD = 16_384
_HEADERS = re.compile(rb"\s*(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_TELLING = re.compile(
    rb"^(?:MIME-Version:\s*1|Content-Type:\s*(?:multipart|text)/|Content-Transfer-Encoding:)",
    re.IGNORECASE | re.MULTILINE,
)
_HAS_TABLES = 3  # labels of the form from which a body speaks for itself
_MOST_PARTS = 500
_MOST_READ = 12  # bodies and attachments that are read to find the tables
_READABLE = re.compile(r"\.(?:pdf|docx?|xlsx|html?|mht|mhtml|eml|txt|csv|md|json|png|jpe?g|tiff?)$", re.IGNORECASE)


def is_mail(data: bytes) -> bool:
    """Whether some bytes begin with the headers of a mail or of a web archive."""
    head = data[:_HEAD].replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    headers = _HEADERS.match(head)
    return headers is not None and len(_TELLING.findall(headers.group())) >= 1


def read_mail(data: bytes, read_part: ReadPart) -> Document:
    """Read the body of a mail, the page rather than the plain text; an attachment where the body holds no table.

    Raises UnreadableSource where neither holds any text.
    """
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    parts = [part for part in islice(message.walk(), _MOST_PARTS) if not part.is_multipart()]
    attachments = [part for part in parts if _is_attachment(part)]
    bodies = [part for part in parts if part not in attachments and part.get_content_maintype() == "text"]
    pages = [part for part in bodies if part.get_content_subtype() == "html"]
    plain = [part for part in bodies if part not in pages and part.get_content_subtype() != "css"]
    body = _first_with_tables([*pages, *plain], read_part)
    if body is None or count_labels(body.text) < _HAS_TABLES:
        attached = _first_with_tables(attachments, read_part)
        if attached is not None and (body is None or count_labels(attached.text) >= _HAS_TABLES):
            return _titled(attached, message)
    if body is None:
        raise UnreadableSource("the mail holds no text")
    figures = tuple(Figure(FigureKind.ATTACHMENT, len(body.text), len(body.pages)) for _ in attachments)
    return _titled(replace(body, figures=(*body.figures, *figures)), message)


def _is_attachment(part: Message) -> bool:
    if part.get_content_disposition() == "attachment":
        return True
    # Pictures and styles of a web archive are parts of its page.
    return part.get_content_maintype() == "application" and _READABLE.search(_name(part) or "") is not None


def _name(part: Message) -> str | None:
    try:
        return part.get_filename() or part.get("Content-Location")
    except (LookupError, ValueError, TypeError, AttributeError):  # headers that are no headers
        return None


def _first_with_tables(parts: Sequence[Message], read_part: ReadPart) -> Document | None:
    """The first part that holds tables; else the one with most of their labels."""
    best: tuple[int, Document] | None = None
    for document in islice(_read(parts, read_part), _MOST_READ):
        labels = count_labels(document.text)
        if labels >= _HAS_TABLES:
            return document
        if best is None or labels > best[0]:
            best = labels, document
    return best[1] if best else None


def _read(parts: Sequence[Message], read_part: ReadPart) -> Iterator[Document]:
    for part in parts:
        try:
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and data.strip():
                yield read_part(data, _name(part), part.get_content_charset())
        except SourceError:
            continue


def _titled(document: Document, message: Message) -> Document:
    subject = str(message.get("Subject") or "").strip()
    return replace(document, title=document.title or subject or None)
