"""Converters of web pages to text, as their documentation and much copied answers use them."""

import csv
import io
import re
from html import unescape
from typing import Any

from training.converters.programs import run_chromium, run_node, run_on_file


def _soup(data: bytes) -> Any:
    from bs4 import BeautifulSoup

    return BeautifulSoup(data.decode("utf-8"), "lxml")


def bs_text(data: bytes) -> str:
    """BeautifulSoup, `get_text()`."""
    return str(_soup(data).get_text())


def bs_text_lines(data: bytes) -> str:
    """BeautifulSoup, `get_text("\\n")`."""
    return str(_soup(data).get_text("\n"))


def bs_text_lines_stripped(data: bytes) -> str:
    """BeautifulSoup, `get_text("\\n", strip=True)`."""
    return str(_soup(data).get_text("\n", strip=True))


def bs_text_blanks_stripped(data: bytes) -> str:
    """BeautifulSoup, `get_text(" ", strip=True)`."""
    return str(_soup(data).get_text(" ", strip=True))


def _bs_rows(data: bytes, delimiter: str) -> str:
    """Paragraphs as lines, rows of the innermost tables as lines of cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for element in _soup(data).body.find_all(["h1", "h2", "li", "p", "section", "tr"]):
        if element.name == "tr":
            if not element.find("table"):
                writer.writerow(cell.get_text(strip=True) for cell in element.find_all(["td", "th"]))
        elif not element.find(["table", "section", "p"]) and not _is_in_row(element):
            out.write(element.get_text(strip=True) + "\n")
    return out.getvalue()


def _is_in_row(element: Any) -> bool:
    row = element.find_parent("tr")
    return row is not None and not row.find("table")


def bs_rows_csv(data: bytes) -> str:
    """BeautifulSoup, rows written by `csv`."""
    return _bs_rows(data, ",")


def bs_rows_tab(data: bytes) -> str:
    """BeautifulSoup, rows with tabs between their cells."""
    return _bs_rows(data, "\t")


def _tree(text: str) -> Any:
    from lxml import html

    return html.fromstring(text)


def lxml_text_content(data: bytes) -> str:
    """lxml, `text_content()` of the body."""
    return str(_tree(data.decode("utf-8")).find("body").text_content())


def lxml_xpath(data: bytes) -> str:
    """lxml, every text node that is not blank, stripped, on a line."""
    nodes = _tree(data.decode("utf-8")).xpath("//body//text()[not(ancestor::script)]")
    return "\n".join(node.strip() for node in nodes if node.strip())


def parsel_text(data: bytes) -> str:
    """parsel, `css("body ::text").getall()` on lines."""
    from parsel import Selector

    return "\n".join(Selector(text=data.decode("utf-8")).css("body ::text").getall())


def selectolax_text(data: bytes) -> str:
    """selectolax, `text(separator="\\n", strip=True)`."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(data.decode("utf-8")).body
    return "" if body is None else str(body.text(separator="\n", strip=True))


def _without_code(data: bytes) -> str:
    return re.sub(r"(?is)<(script|style)\b.*?</\1>", "", data.decode("utf-8"))


def regex_removed(data: bytes) -> str:
    """Tags removed by a regular expression."""
    return unescape(re.sub(r"(?s)<[^>]+>", "", _without_code(data)))


def regex_blanks(data: bytes) -> str:
    """Tags replaced by blanks, runs of white space by one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"(?s)<[^>]+>", " ", _without_code(data)))).strip()


def html_text_layout(data: bytes) -> str:
    """html_text, guessing the layout."""
    from html_text import extract_text

    return str(extract_text(data.decode("utf-8")))


def resiliparse_whole(data: bytes) -> str:
    """resiliparse, the whole page."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(data.decode("utf-8"), main_content=False))


def readability_text(data: bytes) -> str:
    """readability-lxml, the text of what it takes for the article."""
    from readability import Document

    return str(_tree(Document(data.decode("utf-8")).summary()).text_content())


def newspaper4k_text(data: bytes) -> str:
    """newspaper4k, the text of the article."""
    from newspaper import Article

    article = Article("http://localhost/", language="zh")
    article.download(input_html=data.decode("utf-8"))
    article.parse()
    return f"{article.title}\n{article.text}"


def chromium_inner_text(data: bytes) -> str:
    """`document.body.innerText` in Chromium."""
    script = (
        "<script>addEventListener('load', () => {const text = document.body.innerText;"
        "document.body.replaceChildren();const out = document.createElement('pre');out.id = 'inner-text';"
        "out.textContent = text;document.body.append(out)})</script>"
    )
    dom = run_chromium(data.decode("utf-8") + script)
    found = re.search(r'(?s)<pre id="inner-text">(.*?)</pre>', dom)
    if found is None:
        raise RuntimeError("Chromium did not run the script")
    return unescape(found[1])


def lynx_wide(data: bytes) -> str:
    """lynx, dumped as wide as it goes."""
    charset = ["-assume_charset=utf-8", "-display_charset=utf-8"]
    command = ["lynx", "-dump", "-nolist", "-width=1024", *charset, "-force_html", "{file}"]
    return run_on_file(command, data, "html").decode("utf-8", errors="replace")


def cheerio_text(data: bytes) -> str:
    """cheerio, `$("body").text()`."""
    return run_node("cheerio_text", data)


def html_to_text(data: bytes) -> str:
    """html-to-text of npm, not wrapped."""
    return run_node("html_to_text", data)


def html_to_text_tables(data: bytes) -> str:
    """html-to-text of npm, tables in columns."""
    return run_node("html_to_text_tables", data)
