"""Plain text and Markdown -> Document: pieces between pipes, newlines and blanks, and what separates them.

Every empty place between two pipes is a fragment of its own. Which of those are blank cells and which are the
padding of merged cells is left to the alignment: here nothing is guessed, except that the pipe that opens a row
closes nothing (`| 规章 | 2 | 0 | 9 |`) and that a Markdown rule (`|---|---|`) is only a line.
"""

import re
from collections.abc import Iterator

from gouji.document import Document, Fragment, Gap, Page, UnreadableSource
from gouji.readers.html.marks import take_figures
from gouji.readers.html.stacked import split_lines
from gouji.readers.text.exports import unify
from gouji.readers.text.folded import unfold
from gouji.readers.text.line_marks import blank_marks

_TOKEN = re.compile(r"Unnamed: \d+(?:_level_\d+)?|[|｜│┃\n\f\t]|[^\S\n\f\t]+|[^\s|｜│┃]+")
_PIPES = frozenset("|｜│┃")
_BLANK_ENTITY = re.compile(r"&(?:amp;)?(?:nbsp|ensp|emsp|thinsp|#160|#xa0|#12288|#x3000);", re.IGNORECASE)
_OPENED_ROW = re.compile(r"^[^\S\n]*[|｜│┃](?=[^\n]*[^\s|｜│┃])", re.MULTILINE)
_ROW_LINE = re.compile(r"^(?=[^\n]*[^\s|｜│┃])[^\n]*[|｜│┃]", re.MULTILINE)
# A line that ends with the padding of merged cells, and the pipe alone on the line behind it, if one is there.
_PADDED = re.compile(r"[|｜│┃][^\S\n]*[|｜│┃][^\S\n]*\n(?:[^\S\n]*([|｜│┃])[^\S\n]*(?=\n))?")
_FEW = 3
_BOX_DRAWING = str.maketrans(dict.fromkeys("┌┬┐├┼┤└┴┘─━┏┳┓┣╋┫┗┻┛═╔╦╗╠╬╣╚╩╝", " "))


def text_to_document(text: str, media_type: str = "text/plain") -> Document:
    """Cut a text into fragments. Raises UnreadableSource when it holds nothing but blanks."""
    if not text.strip():
        raise UnreadableSource("the text is empty")
    text = _BLANK_ENTITY.sub("\u00a0", text.replace("\r\n", "\n").replace("\r", "\n"))
    bare, figures = take_figures(text)
    fragments = tuple(split_lines(lines_to_fragments(bare), text))
    pages = tuple(Page(n) for n in range(1, text.count("\f") + 2))
    return Document(text, fragments, pages, media_type, figures=figures)


def lines_to_fragments(text: str, offset: int = 0, page: int = 1) -> Iterator[Fragment]:
    """The fragments of a text whose first character stands at `offset` of the document, on page `page`."""
    told = unify(blank_marks(unfold(text.translate(_BOX_DRAWING))))
    lines, empty = told.text, told.empty
    openers = _row_openers(lines)
    pipes = newlines = 0
    place = tabs = 0  # cells, and tabs, before this one in its line
    paged = tabbed = spaced = False
    first = True
    after_pipe = False  # only blanks stand between the last pipe and here
    for match in _TOKEN.finditer(lines):
        token, start = match.group(), match.start()
        place = told.fields.get(start, place)
        for n in range(empty.get(start, 0), 0, -1):
            # An empty cell of a row that has no pipes of its own: of fields, or of columns of fixed width.
            pipes = pipes or int(not newlines and not first)
            at, before = offset + start, place - n if start in told.fields else place
            yield Fragment("", at, at, page, None, Gap.CELL, pipes, newlines, place=before)
            pipes, newlines = int(token != "\n"), 0
            paged = tabbed = spaced = first = after_pipe = False
        if token in _PIPES:
            if start in openers:
                # A pipe that opens a row delimits, and closes no cell.
                pipes += 1
                after_pipe = True
                continue
            if after_pipe:
                at = offset + start
                yield Fragment("", at, at, page, None, Gap.CELL, pipes, newlines, place=place)
                pipes = newlines = 0
                paged = tabbed = spaced = False
                first = False
            pipes += 1
            place += 1
            after_pipe = True
        elif token == "\n":
            newlines += 1
            place = tabs = 0
        elif token == "\f":
            paged = True
            page += 1
        elif token == "\t":
            tabbed = True
            tabs += 1
        elif token.isspace():
            spaced = True
        else:
            gap = _gap(first, pipes, newlines, paged, tabbed, spaced)
            at, end = offset + start, offset + match.end()
            printed = text[start : match.end()]
            yield Fragment(printed, at, end, page, None, gap, pipes, newlines, place=place or tabs)
            pipes = newlines = 0
            paged = tabbed = spaced = first = after_pipe = False


def _gap(first: bool, pipes: int, newlines: int, paged: bool, tabbed: bool, spaced: bool) -> Gap:
    if first:
        return Gap.NONE
    if paged:
        return Gap.PAGE
    if pipes:
        return Gap.CELL
    if newlines > 1:
        return Gap.BLANK_LINE
    if newlines:
        return Gap.LINE
    if tabbed:
        return Gap.CELL
    return Gap.SPACE if spaced else Gap.NONE


def _row_openers(text: str) -> frozenset[int]:
    """Positions of the pipes that open a row: the first mark of a line that also holds content.

    Where most rows are written without an opener, or those that begin with a pipe have no more of them than the others,
    a pipe at the start of a line closes the blank cell before it. A pipe alone on a line behind a padded row opens the
    next one, where nearly all padded rows are followed by one.
    """
    openers = [m.end() - 1 for m in _OPENED_ROW.finditer(text)]
    if 2 * len(openers) <= len(_ROW_LINE.findall(text)) or _close_blanks(text):
        openers = []
    padded = list(_PADDED.finditer(text))
    alone = [m.start(1) for m in padded if m.group(1)]
    if len(alone) > _FEW and 10 * len(alone) >= 8 * len(padded):
        openers += alone
    return frozenset(openers)


def _close_blanks(text: str) -> bool:
    """Whether rows that begin with a pipe have as many pipes as the row without one above them: their first cell is
    blank."""
    same = more = 0
    above: int | None = None
    for line in text.split("\n"):
        count = sum(line.count(pipe) for pipe in _PIPES)
        if not count:
            above = None
        elif line.lstrip()[0] not in _PIPES:
            above = count
        elif above is not None and above > 1:
            same, more = same + (count == above), more + (count != above)
    return same >= _FEW and same > more
