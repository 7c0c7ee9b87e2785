"""Converters of web pages to Markdown, and of their tables by pandas."""

import io
from typing import Any

from training.converters.programs import run_node, run_program


def _html2text(data: bytes, width: int) -> str:
    from html2text import HTML2Text

    writer = HTML2Text()
    writer.body_width = width
    return str(writer.handle(data.decode("utf-8")))


def html2text_wrapped(data: bytes) -> str:
    """html2text as it is: lines wrapped at 78."""
    return _html2text(data, 78)


def html2text_wide(data: bytes) -> str:
    """html2text, lines not wrapped."""
    return _html2text(data, 0)


def markdownify_html(data: bytes) -> str:
    """markdownify."""
    from markdownify import markdownify

    return str(markdownify(data.decode("utf-8")))


def markitdown_html(data: bytes) -> str:
    """markitdown on a web page."""
    from markitdown import MarkItDown

    return str(MarkItDown().convert_stream(io.BytesIO(data), file_extension=".html").text_content)


def pandoc_html(data: bytes) -> str:
    """pandoc, HTML to GitHub Markdown."""
    return run_program(["pandoc", "--from", "html", "--to", "gfm"], data).decode("utf-8")


def turndown(data: bytes) -> str:
    """turndown as it is: it knows no tables."""
    return run_node("turndown", data)


def turndown_gfm(data: bytes) -> str:
    """turndown with its tables."""
    return run_node("turndown_gfm", data)


def _frames(data: bytes) -> list[Any]:
    from pandas import read_html  # type: ignore[import-untyped]

    return list(read_html(io.StringIO(data.decode("utf-8"))))


def pandas_html_csv(data: bytes) -> str:
    """pandas, `read_html` and `to_csv`: the tables alone."""
    return "\n".join(frame.to_csv(index=False) for frame in _frames(data))


def pandas_html_markdown(data: bytes) -> str:
    """pandas, `read_html` and `to_markdown`: the tables alone."""
    return "\n\n".join(frame.to_markdown(index=False) for frame in _frames(data)) + "\n"
