"""Mails and web archives: the page or the text inside, and what is attached."""

import base64
from email.message import EmailMessage

import pytest

from gouji.document import UnreadableSource
from gouji.readers import read
from gouji.readers.text.mail import is_mail
from tests.gouji.readers.text.wrapped_texts import PAGE, PIPED, fragments, quoted_printable


def mail(subject: str, *parts: tuple[str, str, str | None]) -> EmailMessage:
    """A mail with parts of (kind, text, encoding); the first is its body."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "gk@example.cn"
    for n, (kind, text, charset) in enumerate(parts):
        put = message.set_content if n == 0 else message.add_alternative
        put(text, subtype=kind, charset=charset or "utf-8", cte="base64" if n % 2 else "quoted-printable")
    return message


def test_mail_with_a_page_and_plain_text() -> None:
    message = mail("转发", ("plain", "表格见网页版。", "gb18030"), ("html", PAGE, "gb18030"))
    assert [f for f in fragments(read(message.as_bytes())) if f] == [f for f in fragments(read(PAGE.encode())) if f]


def test_mail_of_plain_text_names_its_attachments() -> None:
    message = mail("某局2023年报", ("plain", PIPED, None))
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="附件.pdf")
    document = read(message.as_bytes())
    assert fragments(document) == fragments(read(PIPED.encode()))
    assert document.title == "某局2023年报"
    assert [(figure.kind, figure.address) for figure in document.figures] == [("attachment", None)]


def test_an_attachment_is_read_where_the_body_holds_no_table() -> None:
    message = mail("年报", ("plain", "请查收附件。", None))
    message.add_attachment(b"not a table", maintype="application", subtype="octet-stream", filename="a.bin")
    message.add_attachment(PAGE.encode("gb18030"), maintype="application", subtype="octet-stream", filename="b.html")
    document = read(message.as_bytes())
    assert fragments(document) == fragments(read(PAGE.encode()))


def test_web_archives() -> None:
    archive = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.cn/a.html\r\n"
        "Subject: =?utf-8?Q?=E5=B9=B4?=\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----X"\r\n\r\n'
        "------X\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {cte}\r\n"
        "Content-Location: http://example.cn\r\n\r\n{body}\r\n"
        "------X\r\nContent-Type: text/css\r\n\r\ntd {{ color: red }}\r\n------X--\r\n"
    )
    bodies = {
        "quoted-printable": quoted_printable(PAGE),
        "base64": base64.encodebytes(PAGE.encode("gb18030")).decode(),
        "binary": PAGE,
    }
    for cte, body in bodies.items():
        document = read(archive.format(cte=cte, body=body).encode())
        assert fragments(document) == fragments(read(PAGE.encode()))
        assert document.media_type == "text/html"


def test_a_mail_without_text_is_unreadable() -> None:
    with pytest.raises(UnreadableSource):
        read(b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x--\n")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Subject: x\nMIME-Version: 1.0\n\n", True),
        (b"\xef\xbb\xbfFrom a@b Mon\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n", True),
        (b"Subject: x\nTo: y\n\nMIME-Version: 1.0\n", False),
        (b"name: value\nother: value\n", False),
        ("规章 | 0 |".encode(), False),
        (b"", False),
    ],
)
def test_only_headers_that_tell_of_a_mail_make_one(data: bytes, expected: bool) -> None:
    assert is_mail(data) is expected
