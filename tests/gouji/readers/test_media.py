import gzip
import io
import zipfile

import pytest

from gouji.document import SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.readers import media, read
from gouji.readers.media import sniff
from tests.gouji.readers.text.wrapped_texts import PAGE, fragments


def container(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", media.PDF),
        (b"\n\n \r\n%PDF-1.4\n", media.PDF),
        (b"\xef\xbb\xbf%PDF-1.4\n", media.PDF),
        (b"junk of a mail gateway\n%PDF-1.4\n1 0 obj\n", media.PDF),
        (b"<!DOCTYPE html><p>%PDF-1.7</p>", media.HTML),
        (b"<html><body>1 0 obj %PDF-1.4 1 0 obj</body>", media.HTML),
        ("<table><tr><td>规章".encode(), media.HTML),
        ("<div>规章</div>".encode("gb18030"), media.HTML),
        ("<html>规章</html>".encode("utf-16"), media.HTML),
        ("规章 | 0 | 0 |".encode(), media.TEXT),
        ("规章 3 < 5".encode("gb18030"), media.TEXT),
        ("規章\n0\n".encode("big5"), media.TEXT),
        ("规章\n".encode("utf-16"), media.TEXT),
        ("规章 one\ntwo\nthree\n".encode("utf-16-le"), media.TEXT),
        (b"\x89PNG\r\n\x1a\nrest", media.PNG),
        (b"\xff\xd8\xff\xe0rest", media.JPEG),
        (b"II*\0rest", media.TIFF),
        (b"MM\0*rest", media.TIFF),
        (container("word/document.xml"), media.DOCX),
        (container("xl/workbook.xml"), media.XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "WordDocument".encode("utf-16-le"), media.DOC),
    ],
)
def test_the_type_is_told_by_the_content(data: bytes, kind: str) -> None:
    assert sniff(data, "report.pdf", "application/pdf") == kind


@pytest.mark.parametrize(
    "data",
    [
        container("mimetype", "content.xml"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "Workbook".encode("utf-16-le"),
        b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 8,
        b"{\\rtf1\\ansi text}",
        b"\x1f\x8b\x08" + bytes(range(256)),
    ],
)
def test_other_files_are_not_supported(data: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        sniff(data)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"PK\x03\x04 and no more", b"\0" * 64])
def test_nothing_and_damaged_containers_are_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        sniff(data)


def test_an_encrypted_office_file_says_so() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableSource, match="encrypted"):
        sniff(data)


def test_gzip() -> None:
    packed = gzip.compress(PAGE.encode())
    assert fragments(read(packed)) == fragments(read(PAGE.encode()))
    assert len(fragments(read(packed[: len(packed) * 3 // 4]))) > 100
    with pytest.raises(UnreadableSource):
        read(b"\x1f\x8b\x08" + b"\xff" * 40)
    with pytest.raises(SourceTooLarge):
        read(gzip.compress(bytes(80 * 2**20)))
