"""How whole a table is read: rows of the form that are there, with a label and just as many values as columns.

Where the rules alone read a table whole there is nothing that a network could add, and in a layout that it was not
trained on it could only do harm. Elsewhere the alignment that completes more rows is taken.
"""

from functools import lru_cache

from gouji.alignment.align import Located, Scorer, locate
from gouji.alignment.spans import alignment_to_spans
from gouji.forms import FORMS, Template, template
from gouji.layouts.layout import line_values, read_layout
from gouji.pieces import CellStream

_SURE = 0.9  # posterior of each row
_FEWEST_MORE = 3  # rows that another alignment has to complete more, to be taken


@lru_cache(maxsize=12)
def suffices(stream: CellStream, scorer: Scorer) -> bool:
    """Whether a scorer alone reads a stream whole on one of the forms, or labels were torn from their rows.

    For the stream, not for one form of it: nats of two scorers cannot be held against each other.
    """
    templates = [template(stream.table, form) for form in FORMS]
    return read_layout(stream, templates[0]).torn or any(_fills(stream, each, scorer) for each in templates)


def take_wholer(located: Located, other: Located) -> Located:
    """The alignment that completes more rows, less those that its left-over numbers could fill; the first unless the
    other has clearly more of them."""
    return other if _count_whole(other) >= _count_whole(located) + _FEWEST_MORE else located


def _count_whole(located: Located) -> float:
    form = located.alignment.template
    layout = read_layout(located.stream, form)
    spans = alignment_to_spans(located.stream, located.alignment, layout)
    complete = sum(bool(span.labels) and len(span.values) == len(form.rows[r]) for r, span in spans.items())
    return complete - located.leftover / max(len(row) for row in form.rows)


def _fills(stream: CellStream, form: Template, scorer: Scorer) -> bool:
    layout = read_layout(stream, form)
    if layout.labels_first:
        return len(line_values(stream.pieces, layout, len(form.cells))) == len(form.cells)
    spans = alignment_to_spans(stream, locate(stream, form, scorer).alignment, layout)
    return len(spans) == len(form.rows) and all(
        span.labels and len(span.values) == len(row) and span.row_marginal > _SURE
        for span, row in ((spans[r], row) for r, row in enumerate(form.rows))
    )
