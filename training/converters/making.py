"""Sets of converted documents: the converters of a split in turn, each document with a truth of its own."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from training.converters.catalogue import Converter, converters_of
from training.converters.fate import tell_fate
from training.converters.html import HTML_STYLES, page_to_web
from training.converters.office import DOCX_STYLES, XLSX_STYLES, page_to_docx, page_to_xlsx
from training.converters.pdf import PDF_STYLES, page_to_pdf
from training.pages import prose
from training.pages.page import BLANKS, Page, clear_blanks, is_busy, page_to_truth, report_to_page
from training.tables.synthesis import draw_report

STYLES = {"html": tuple(HTML_STYLES), "docx": DOCX_STYLES, "xlsx": XLSX_STYLES, "pdf": PDF_STYLES}
MEDIA_TYPES = {"txt": "text/plain", "md": "text/plain", "csv": "text/plain", "html": "text/html"}
_BLANK_SHARE, _MARKED_SHARE, _BUSY_SHARE = 0.4, 0.25, 0.8
_TRIES = 3  # a program of a busy machine may not answer in time


@dataclass(frozen=True, slots=True)
class Source:
    """What a converter is given. around: what stands before and behind the page itself."""

    style: str
    data: bytes
    page: Page
    around: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that is said outside the tables."""
        sections = (line for heading, told in self.page.sections.values() for line in (heading, *told))
        return (self.page.title, *self.page.before, *sections, *self.page.after, *self.around)


def _draw_page(rng: Random) -> Page:
    """Two reports in five leave zeros blank, most of these without a mark; four in five have something to tell."""
    zero_style = rng.choice(BLANKS) if rng.random() < _BLANK_SHARE else "zeros"
    marked, busy = rng.random() < _MARKED_SHARE, rng.random() < _BUSY_SHARE
    report = draw_report(rng, zero_style=zero_style)
    while busy and not is_busy(report):
        report = draw_report(rng, zero_style=zero_style)
    return report_to_page(report if marked else clear_blanks(report), rng)


def draw_source(kind: str, rng: Random, style: str | None = None) -> Source:
    """A source of a kind, html, docx, xlsx or pdf, its style drawn where none is asked for."""
    page = _draw_page(rng)
    style = style or rng.choice(STYLES[kind])
    if kind != "html":
        write = {"docx": page_to_docx, "pdf": page_to_pdf}
        data = page_to_xlsx(page, style) if kind == "xlsx" else write[kind](page, style, rng)
        return Source(style, data, page, ())
    agency, year = page.report.agency, page.report.year
    menu = prose.draw_sentences(rng, prose.MENU, rng.randint(0, 3), agency, year)
    footer = prose.draw_sentences(rng, prose.FOOTER, rng.randint(1, 3), agency, year)
    return Source(style, page_to_web(page, style, rng, menu, footer).encode(), page, (*menu, *footer))


def make_record(converter: Converter, split: str, seed: int, number: int) -> dict[str, Any]:
    """One line of a set: the converted document, its truth, and what became of its numbers.

    Equal arguments give equal truths and sources. Raises what the converter raises.
    """
    identity = f"{split}-{converter.name}-{seed}-{number}"
    source = draw_source(converter.source, Random(f"converters/{identity}"))
    text = converter.convert(source.data)
    fate = tell_fate(text, source.page.sheets, source.sentences)
    return {
        "id": identity,
        "truth_id": identity,
        "name": f"{converter.name}-{seed}-{number}.{converter.ending}",
        "media_type": MEDIA_TYPES[converter.ending],
        "layout": converter.name,
        "style": f"{converter.source}_{source.style}",
        "kinds": [converter.kind],
        "severity": "",
        "stratum": fate.stratum,
        "unseen": split != "train",
        "seed": seed,
        "fate": {"numbers": fate.numbers, "blanks": fate.blanks},
        "truth": page_to_truth(source.page),
        "content": text,
    }


def draw_records(split: str, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` lines of a set, the installed converters of the split in turn. A document that a converter fails on is
    drawn anew; after `_TRIES` in a row the error is raised. Raises ValueError where no converter is installed."""
    converters = [one for one in converters_of(split) if not one.missing]
    if not converters:
        raise ValueError(f"no converter of {split} is installed")
    for number in range(count):
        turn, place = divmod(number, len(converters))
        yield _try_record(converters[place], split, seed, turn)


def _try_record(converter: Converter, split: str, seed: int, turn: int) -> dict[str, Any]:
    for attempt in range(_TRIES):
        try:
            return make_record(converter, split, seed, turn * _TRIES + attempt)
        except Exception as error:  # whatever a foreign program raises
            print(f"{converter.name} failed: {type(error).__name__}: {error}", file=sys.stderr)
            if attempt == _TRIES - 1:
                raise
    raise AssertionError
