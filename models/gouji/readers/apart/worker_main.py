"""The reading worker: a process that reads one binary file after another, within limits.

It is started by `worker.py`, talks over one socket, and ends when the other side is gone.
"""

import contextlib
import resource
import socket
import struct
import sys
import time

from gouji.document import Document, SourceError, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.readers import media
from gouji.readers.apart.wire import document_to_bytes, error_to_bytes, receive_frame, send_frame

_REQUEST = struct.Struct(">dQB")  # CPU seconds, bytes of address space, length of the media type


def pack_request(data: bytes, kind: str, cpu_seconds: float, memory: int) -> bytes:
    """A request on the wire."""
    name = kind.encode()
    return _REQUEST.pack(cpu_seconds, memory, len(name)) + name + data


def read_binary(data: bytes, kind: str) -> Document:
    """Read a binary file in this process. Raises SourceError only, whatever its parser raises."""
    try:
        if kind == media.PDF:
            from gouji.readers.pdf.reader import pdf_to_document

            return pdf_to_document(data)
        if kind == media.PDF_BY_PDFPLUMBER:
            from gouji.readers.pdf.second import pdf_to_second_document

            return pdf_to_second_document(data)
        if kind in (media.PNG, media.JPEG, media.TIFF):
            from gouji.readers.scan.sheets import picture_to_document

            return picture_to_document(data, kind)
        if kind == media.PICTURES:
            from gouji.readers.held import unpack_pictures
            from gouji.readers.scan.sheets import pictures_to_document

            return pictures_to_document(*unpack_pictures(data))
        if kind == media.DOCX:
            from gouji.readers.office.docx import docx_to_document

            return docx_to_document(data)
        if kind == media.XLSX:
            from gouji.readers.office.xlsx import xlsx_to_document

            return xlsx_to_document(data)
        if kind == media.DOC:
            from gouji.readers.office.doc import doc_to_document

            return doc_to_document(data)
    except SourceError:
        raise
    except (MemoryError, RecursionError) as error:
        raise SourceTooLarge("reading it takes more memory than there is") from error
    except Exception as error:
        # Parsers of foreign files raise whatever they like; all of it means the same to the caller.
        raise UnreadableSource(f"the file is damaged: {type(error).__name__}") from error
    raise UnsupportedMedia(f"no reader for {kind}")


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes."""
    while (request := receive_frame(connection)) is not None:
        cpu_seconds, memory, length = _REQUEST.unpack_from(request)
        kind = request[_REQUEST.size : _REQUEST.size + length].decode()
        data = request[_REQUEST.size + length :]
        del request
        _limit(cpu_seconds, memory)
        try:
            reply = document_to_bytes(read_binary(data, kind))
        except SourceError as error:
            reply = error_to_bytes(error)
        send_frame(connection, reply)


def _limit(cpu_seconds: float, memory: int) -> None:
    used = time.process_time()
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + cpu_seconds) + 1, hard))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        memory = min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def main() -> None:
    """Serve the socket whose descriptor is the last argument."""
    with socket.socket(fileno=int(sys.argv[-1])) as connection, contextlib.suppress(OSError):
        serve(connection)
