"""What a source holds at its figures: pictures inside it, as they were stored."""

import base64
import binascii
import json
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from gouji.document import Box, Document, FigureKind

_HEAD = struct.Struct(">Q")
_DATA_URI = re.compile(
    r"data:image/(?:png|x-png|jpe?g|pjpeg|gif|webp|bmp|x-ms-bmp|tiff?)\b([^,]{0,200}),", re.IGNORECASE
)
_WRITTEN = re.compile(
    r"(?:!\[[^\[\]\n]{0,2000}\]\(\s*<?|<img\b[^<>]{0,4000}?\bsrc\s*=\s*[\"']?)(?P<address>data:image/[^)\"'>\s]+)",
    re.IGNORECASE,
)
_LONGEST_URI = 40_000_000  # characters


@dataclass(frozen=True, slots=True)
class Held:
    """A picture inside a source, or a document inside it.

    crop: the shares cut off at the left, top, right and bottom of a picture where it is shown.
    kind: the media type of a document (XLSX); None for a picture.
    """

    data: bytes
    crop: Box | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure where a reader meets it, before its place in the text is known."""

    kind: FigureKind
    address: str | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A document, and what its figures hold: the number of a figure -> its picture."""

    document: Document
    held: Mapping[int, Held]


def data_uri_to_bytes(address: str) -> bytes | None:
    """The bytes of a picture that is written into its address; None for any other address."""
    address = address.strip()
    head = _DATA_URI.match(address)
    if head is None or len(address) > _LONGEST_URI:
        return None
    packed = unquote_to_bytes(address[head.end() :])
    if not head[1].lower().replace(" ", "").endswith(";base64"):
        return packed
    packed = re.sub(rb"[^A-Za-z0-9+/_-]", b"", packed).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4))
    except (binascii.Error, ValueError):
        return None


def pictures_in_text(document: Document) -> dict[int, Held]:
    """The pictures that a text (Markdown) holds inside the marks of its figures, by the numbers of the figures."""
    if "data:image/" not in document.text:
        return {}
    found: dict[int, Held] = {}
    for n, figure in enumerate(document.figures):
        mark = _WRITTEN.match(document.text, figure.start)
        data = data_uri_to_bytes(mark["address"]) if mark is not None and figure.address is None else None
        if data:
            found[n] = Held(data)
    return found


def pack_pictures(pictures: Sequence[Held], title: bool) -> bytes:
    """Pictures as one run of bytes, for the reading worker."""
    head = json.dumps([title, [(len(held.data), held.crop) for held in pictures]]).encode()
    return _HEAD.pack(len(head)) + head + b"".join(held.data for held in pictures)


def unpack_pictures(packed: bytes) -> tuple[list[Held], bool]:
    """What `pack_pictures` packed."""
    (length,) = _HEAD.unpack_from(packed)
    at = _HEAD.size + length
    title, sizes = json.loads(packed[_HEAD.size : at])
    pictures: list[Held] = []
    for size, crop in sizes:
        pictures.append(Held(packed[at : at + size], None if crop is None else (crop[0], crop[1], crop[2], crop[3])))
        at += size
    return pictures, bool(title)
