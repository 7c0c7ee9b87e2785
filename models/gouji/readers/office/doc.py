"""Legacy Word documents, by way of LibreOffice where it is installed."""

import tempfile
from pathlib import Path

from gouji.document import Document, UnreadableSource, UnsupportedMedia
from gouji.readers.media import DOC
from gouji.readers.office.docx import docx_to_document
from gouji.readers.office.libreoffice import find_libreoffice, run_libreoffice

_SECONDS = 100.0


def doc_to_document(data: bytes) -> Document:
    """Read a .doc. Raises UnsupportedMedia where LibreOffice is missing, ReadingTimeout, UnreadableSource."""
    program = find_libreoffice()
    if program is None:
        raise UnsupportedMedia("legacy Word documents (.doc) are read only where LibreOffice is installed")
    with tempfile.TemporaryDirectory(prefix="gouji-doc-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        source = folder / "report.doc"
        source.write_bytes(data)
        options = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source)]
        run_libreoffice(program, folder, options, _SECONDS)
        converted = folder / "report.docx"
        if not converted.exists():
            raise UnreadableSource("LibreOffice could not read the document")
        return docx_to_document(converted.read_bytes(), DOC)
