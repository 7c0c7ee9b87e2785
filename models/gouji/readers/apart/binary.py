"""What a reading worker does: it reads one binary file after another (processes/serving.py)."""

from gouji.document import Document, SourceError, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.readers import media
from gouji.readers.apart.wire import bytes_to_request, document_to_bytes, error_to_bytes
from gouji.text.remembering import forget_long_texts


def answer(request: bytes) -> bytes:
    """The document of a file, or the error of its reader, as bytes. Raises MemoryError."""
    data, kind = bytes_to_request(request)
    del request
    try:
        return document_to_bytes(read_binary(data, kind))
    except SourceError as error:
        return error_to_bytes(error)
    finally:
        forget_long_texts()


def read_binary(data: bytes, kind: str) -> Document:
    """Read a binary file in this process. Raises SourceError, whatever its parser raises, or MemoryError."""
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
    except (SourceError, MemoryError):
        raise
    except RecursionError as error:
        raise SourceTooLarge("reading it takes more memory than there is") from error
    except Exception as error:
        # Parsers of foreign files raise whatever they like; all of it means the same to the caller.
        raise UnreadableSource(f"the file is damaged: {type(error).__name__}") from error
    raise UnsupportedMedia(f"no reader for {kind}")
