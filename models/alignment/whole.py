"""Whether the rules alone read a table whole: every row of the form there, with its label and just as many values.

Then there is nothing that a network could add, and in a layout that it was not trained on it could only do harm.
"""

from functools import lru_cache

from models.alignment import rules
from models.alignment.align import alignment_to_spans, locate
from models.alignment.layout import line_values, read_layout
from models.forms import FORMS, Template, template
from models.pieces import CellStream

_SURE = 0.9  # posterior of each row


@lru_cache(maxsize=12)
def is_whole(stream: CellStream) -> bool:
    """Whether the rules find every row of one of the forms, complete and labelled, in a stream.

    For the stream, not for one form of it: scores of rules and network cannot be held against each other.
    """
    return any(_fills(stream, template(stream.table, form)) for form in FORMS)


def _fills(stream: CellStream, form: Template) -> bool:
    layout = read_layout(stream, form)
    if layout.labels_first:
        return len(line_values(stream.pieces, layout, len(form.cells))) == len(form.cells)
    if layout.torn:
        return False
    spans = alignment_to_spans(stream, locate(stream, form, rules.score).alignment, layout)
    return len(spans) == len(form.rows) and all(
        span.labels and len(span.values) == len(row) and span.row_marginal > _SURE
        for span, row in ((spans[r], row) for r, row in enumerate(form.rows))
    )
