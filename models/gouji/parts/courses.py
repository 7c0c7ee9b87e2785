"""One report as it is followed through a page, and what is known of it at its end: rivals among its tables, copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from gouji.document import Document
from gouji.forms import TABLES
from gouji.parts.occurrences import Occurrence
from gouji.parts.openings import Title
from gouji.text.folding import squash
from gouji.text.heading import read_report
from gouji.text.likeness import COPY, likeness

ALONE = 400  # characters of one section from which it is a body
_COMPARED = 20_000  # characters of two copies without a name that are compared
_TELLING = 12  # numbers other than 0 that no two reports have in common by chance


@dataclass
class Course:
    """A report while it is followed through the page."""

    start: int
    tables: list[Occurrence] = field(default_factory=list)
    stages: set[int] = field(default_factory=set)
    title: Title | None = None
    body: int | None = None  # where its text or its tables begin
    astray: bool = False  # its tables do not follow each other as in a report
    end: int = 0
    blank: bool = False  # a table stands in it that holds no number

    def is_empty_form(self) -> bool:
        """Whether it holds tables without numbers, and no name of an office that could have filled them with blanks."""
        return self.blank and not self.tables and not (self.title and self.title.agency)

    def has_body(self, at: int) -> bool:
        return bool(self.tables) or len(self.stages) > 1 or (self.body is not None and at - self.body > ALONE)

    def repeats(self, found: Occurrence) -> bool:
        return any(found.table == own.table and found.repeats(own) for own in self.tables)


def disputed_tables(course: Course) -> frozenset[str]:
    """The tables of a part that have a rival with other numbers there."""
    found = {one.table for one, other in _repeated(course) if one.numbers != other.numbers}
    return frozenset(TABLES) if found and course.astray else frozenset(found)


def tables_alike(course: Course) -> frozenset[str]:
    """The tables of a part that it prints again with the same numbers."""
    return frozenset(one.table for one, _ in _repeated(course)) - disputed_tables(course)


def _repeated(course: Course) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Pairs of occurrences that hold the same rows of a table."""
    for one, other in combinations(course.tables, 2):
        if one.table == other.table and one.repeats(other):
            yield one, other


def without_copies(courses: Sequence[Course], text: str) -> tuple[list[Course], set[int]]:
    """The courses without those that print another one again, and the places of those that have a copy."""
    kept: list[Course] = []
    copied: set[int] = set()
    for course in courses:
        for n, other in enumerate(kept):
            if _is_copy(course, other, text):
                if len(course.tables) > len(other.tables):
                    kept[n] = course
                copied.add(n)
                break
        else:
            kept.append(course)
    return kept, copied


def _is_copy(one: Course, other: Course, text: str) -> bool:
    """Whether two parts print the same report: the same name and year, and no table with other numbers."""
    if one.title and other.title and one.title.differs(other.title):
        return False
    numbers = {own.table: own.numbers for own in other.tables}
    if any(numbers.get(own.table, own.numbers) != own.numbers for own in one.tables):
        return False
    texts = [text[course.start : course.end] for course in (one, other)]
    first, second = (read_report(Document(own, ())) for own in texts)
    if first.agency and first.year and second.agency and second.year:
        return (squash(first.agency), first.year) == (squash(second.agency), second.year)
    if first.agency and second.agency and squash(first.agency) != squash(second.agency):
        return False
    if sum(len(own.numbers) for own in one.tables if own.table in numbers) >= _TELLING:
        return True
    a, b = (squash(own[:_COMPARED]) for own in texts)
    return likeness(a, b) >= COPY
