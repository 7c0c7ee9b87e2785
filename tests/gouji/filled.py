"""A stream read to the end by one scorer alone: what tests of single steps look at."""

from gouji.alignment.align import FilledTable, Scorer, fill, locate
from gouji.alignment.choose import fill_streams
from gouji.forms import Template
from gouji.pieces import CellStream


def align(stream: CellStream, template: Template, scorer: Scorer) -> FilledTable:
    return fill(locate(stream, template, scorer))


def choose_form(stream: CellStream, scorer: Scorer, second: Scorer | None = None) -> tuple[FilledTable, float]:
    return fill_streams({stream.table: stream}, scorer, second)[stream.table]
