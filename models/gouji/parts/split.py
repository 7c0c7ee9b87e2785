"""Document -> its parts: several reports in one source are told apart, one of them never is.

A report runs its course once: title, sections one to six, the three tables. Where the course begins anew (the same
rows of a table again, section one again, another agency's title with a body of its own) a next report begins, and the
cut is made at its title, or what else opens it. Entries of a contents page, running heads, links to other reports,
tables of two years beside each other and the same report printed twice begin nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gouji.document import Document, Fragment, Gap
from gouji.forms import TABLES
from gouji.parts.courses import ALONE, Course, disputed_tables, tables_alike, without_copies
from gouji.parts.occurrences import Occurrence, find_occurrences, may_repeat
from gouji.parts.openings import Break, Section, Title, find_breaks, find_opening, find_sections, find_titles
from gouji.readers.media import TEXT
from gouji.readers.text.reader import text_to_document
from gouji.text.heading import is_pre_2019, read_report

Mark = Title | Section | Break | Occurrence
_RUNNING = 3  # times that a title is printed from which it may be a running head
_FIRST, _CLOSING = 1, 4  # sections: the one that opens a report, and from which on it may have ended


@dataclass(frozen=True, slots=True)
class Part:
    """One report of a source. start: the place in the source's text that its own text begins at.

    disputed: tables that stand in it more than once with other numbers, or that may belong to another report.
    alike: tables that stand in it more than once, with the same numbers.
    copies: whether it is printed again elsewhere in the source.  blank: whether an empty form stands beside it.
    """

    document: Document
    start: int = 0
    disputed: frozenset[str] = frozenset()
    alike: frozenset[str] = frozenset()
    copies: bool = False
    blank: bool = False


def split_document(document: Document) -> tuple[Part, ...]:
    """The reports of a document in their order, at least one. One report comes back as the very same document."""
    text = document.text
    titles = find_titles(text)
    repeated = may_repeat(text)
    if not repeated and not any(a.differs(b) for a, b in pairwise(titles)):
        return (Part(document),)
    sections = find_sections(text)
    sections += _old_reports(titles, sections, text)
    openers = [title.start for title in titles] + [s.start for s in sections if s.stage == _FIRST]
    marks: list[Mark] = [*titles, *sections, *find_breaks(document), *find_occurrences(document, openers)]
    courses = _follow(sorted(marks, key=lambda mark: (mark.start, mark.end)), text)
    if len(courses) == 1:
        whole = courses[0]
        blank = bool(whole.blank and whole.tables)
        return (Part(document, 0, disputed_tables(whole), tables_alike(whole), blank=blank),)
    filled = [course for course in courses if not course.is_empty_form()] or courses
    kept, copied = without_copies(filled, text)
    blank = len(kept) == 1 and (len(filled) < len(courses) or bool(kept[0].blank and kept[0].tables))
    return tuple(
        Part(
            _cut(document, course.start, course.end),
            course.start,
            disputed_tables(course),
            tables_alike(course),
            n in copied,
            blank,
        )
        for n, course in enumerate(kept)
    )


def _old_reports(titles: Sequence[Title], sections: Sequence[Section], text: str) -> Iterator[Section]:
    """Reports on a form before 2019, which have none of the sections, as the first section of each."""
    ends = [*(title.start for title in titles[1:]), len(text)]
    for title, end in zip(titles, ends, strict=False):
        if end - title.end < ALONE or any(title.end <= section.start < end for section in sections):
            continue
        if is_pre_2019(Document(text[title.end : end], ())):
            yield Section(title.end, end, _FIRST)


def _follow(marks: Sequence[Mark], text: str) -> list[Course]:
    """The courses of a page."""
    printed = [(t.agency, t.year) for t in marks if isinstance(t, Title)]
    running = {key for key in printed if printed.count(key) >= _RUNNING}
    courses = [Course(0)]
    waiting: list[Mark] = []  # titles, headings without a body and breaks since the last text or table
    for mark in marks:
        course = courses[-1]
        if isinstance(mark, (Title, Break)):
            waiting.append(mark)
            continue
        if isinstance(mark, Occurrence) and not mark.values:
            course.blank = True
            continue
        titles = [title for title in waiting if isinstance(title, Title)]
        if _begins_anew(course, mark, waiting, titles, running):
            cut = _place_cut(course, mark, waiting, text)
            course.end = cut
            course = Course(cut)
            courses.append(course)
        elif isinstance(mark, Occurrence):
            # No report prints 三 before 二: whose these are is not sure where something comes twice.
            course.astray |= any(TABLES.index(own.table) > TABLES.index(mark.table) for own in course.tables)
        if course.title is None:
            course.title = next((title for title in reversed(titles) if title.agency or title.year), None)
        if course.body is None:
            course.body = mark.start
            if course is courses[0]:
                course.start = _front(titles)
        if isinstance(mark, Section):
            course.stages.add(mark.stage)
        else:
            course.tables.append(mark)
        waiting = []
    courses[-1].end = len(text)
    if len(courses) == 1:
        courses[0].start = 0
    return courses


def _begins_anew(
    course: Course,
    mark: Section | Occurrence,
    waiting: Sequence[Mark],
    titles: Sequence[Title],
    running: set[tuple[str | None, int | None]],
) -> bool:
    """Whether another report has begun before this section or table."""
    if not course.has_body(mark.start):
        return False
    own = course.title
    others = [title for title in titles if own is None or title.differs(own)]
    named = [title for title in others if title.agency or title.year]
    hard = any(isinstance(piece, Break) and piece.hard for piece in waiting)
    ended = bool(course.tables) or max(course.stages, default=0) >= _CLOSING
    if isinstance(mark, Section):
        latest = max(course.stages, default=0)
        if mark.stage == _FIRST and ended and (_FIRST in course.stages or titles or hard):
            return True
        if hard and mark.stage == min(course.stages, default=0) and len({t.table for t in course.tables}) > 1:
            return True
        strange = any((title.agency, title.year) not in running for title in named)
        return bool(named) and own is not None and (strange or mark.stage <= latest)
    if any((title.agency, title.year) not in running for title in named) and own is not None:
        return True
    if not course.repeats(mark):
        return False
    # The same table again. Two years of one report stand table by table, another report from its first table on.
    headed = any(isinstance(piece, Break) for piece in waiting) and len({t.table for t in course.tables}) > 1
    return bool(titles) or (hard and headed and mark.table == course.tables[0].table)


def _place_cut(course: Course, mark: Mark, waiting: Sequence[Mark], text: str) -> int:
    """Where the next report begins: its title, else what else opens it."""
    titles = [title for title in waiting if isinstance(title, Title)]
    if others := [title for title in titles if not title.is_same(course.title)]:
        return _front(others)
    if titles:
        # Only the report's own title again: links of its foot, or its second copy. What opens the next one tells.
        opening = find_opening(text, titles[-1].end, mark.start)
        said = read_report(Document(text[opening : mark.start], ())) if opening is not None else None
        if opening is None or said is None or not titles[-1].differs(Title(0, 0, said.agency, said.year)):
            return _front(titles)
        return opening
    breaks = [piece for piece in waiting if isinstance(piece, Break)]
    hard = [piece for piece in breaks if piece.hard]
    last = (hard or breaks)[-1].end if breaks else None
    if last is not None:
        return min(last, mark.start)
    behind = max((own.end for own in course.tables), default=course.start)
    opening = find_opening(text, behind, mark.start)
    return mark.start if opening is None else opening


def _front(titles: Sequence[Title]) -> int:
    """The first of the titles before a body that are of the same report as the last that names it; 0 for none."""
    named = [title for title in titles if title.agency or title.year]
    if not titles:
        return 0
    last = named[-1] if named else titles[-1]
    start = last.start
    for title in reversed(titles[: titles.index(last)]):
        if title.differs(last):
            break
        start = title.start
    return start


def _cut(document: Document, start: int, end: int) -> Document:
    """One stretch of a document as a document of its own, whose places count from `start`; pages keep their number."""
    text = document.text[start:end]
    before = document.text.count("\f", 0, start)
    if document.media_type == TEXT and len(document.pages) == document.text.count("\f") + 1:
        # Read again by itself: how a page delimits its cells is told by most of its lines.
        read = text_to_document(text, TEXT)
        fragments = tuple(replace(fragment, page=fragment.page + before) for fragment in read.fragments)
        figures = tuple(replace(figure, page=figure.page + before) for figure in read.figures)
        return replace(document, text=text, fragments=fragments, figures=figures, title=None)
    inside = list(_inside(document, start, end))
    if inside:
        inside[0] = replace(inside[0], gap=Gap.NONE, newlines=0, pipes=0)
    figures = tuple(
        replace(figure, start=figure.start - start) for figure in document.figures if start <= figure.start < end
    )
    numbers = {fragment.page for fragment in inside} | {figure.page for figure in figures}
    pages = tuple(page for page in document.pages if page.number in numbers) or document.pages
    return replace(document, text=text, fragments=tuple(inside), pages=pages, figures=figures, title=None)


def _inside(document: Document, start: int, end: int) -> Iterator[Fragment]:
    for fragment in document.fragments:
        if start <= fragment.start < end:
            yield replace(fragment, start=fragment.start - start, end=fragment.end - start)
