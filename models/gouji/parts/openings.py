"""What a report's course is told by, beside its tables: titles, section headings, lines of dashes, pages, sheets.

Each mark has its place in `Document.text`. `parts.py` asks them where one report ends and the next begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gouji.document import Document, Gap
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION
from gouji.text.folding import fold, plain, squash
from gouji.text.heading import TitleLine, read_title
from gouji.text.labels import HEADINGS

_LINE = re.compile(r"[^\n\t\f|]*[^\s|][^\n\t\f|]*")
_TITLE_END, _LINE_END = re.compile(r"[报報]\s*告"), re.compile(r"[\n\t\f|]")
_ABOVE = 400  # characters above the last line of a title in which its first lines stand
_LONG_LINE = 110  # characters; a line of more than a title may open with one (a whole report in one paragraph)
_LONG_OPENING = re.compile(r"[^。;；!！]{0,105}?[报報]\s*告(?=\s)")
_RULE = re.compile(r"^[ \t]*[=＝_*~#—－–-]{4,}[ \t]*$", re.MULTILINE)
_DATE = re.compile(
    r"(?:20\d\d|[二2][〇○零O0][一二三四五六七八九〇○零]{2})年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
_OPENING = re.compile(r"(?:本(?:年度)?报告|(?:根据|依据|按照|依照|为贯彻).{0,30}(?:条例|规定|通知|要求))")
_NUMERAL = r"(?:第?[一二三四五六七八九1-9](?:部分)?\s*[、.．:：]?\s*)"
_STAGES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"(?:{_NUMERAL}(?:.{{0,8}}(?:总体|整体|基本|开展)情况|(?:工作)?概[述况])|(?:工作)?总体情况):?")),
    (2, re.compile(rf"{_NUMERAL}?.{{0,6}}{HEADINGS[ACTIVE_DISCLOSURE].pattern}")),
    (3, re.compile(rf"{_NUMERAL}?.{{0,6}}{HEADINGS[APPLICATIONS].pattern}")),
    (4, re.compile(rf"{_NUMERAL}?.{{0,12}}{HEADINGS[REVIEW_LITIGATION].pattern}")),
    (5, re.compile(rf"{_NUMERAL}?.{{0,12}}存在的?.{{0,8}}问题.{{0,16}}")),
    (6, re.compile(rf"{_NUMERAL}?.{{0,4}}其[他它].{{0,4}}报告.{{0,4}}事项.{{0,4}}")),
)  # fmt: skip
_HEADING_HINT = re.compile("[情概][况況述]|[问問][题題]|事[项項]|概况")
_HEADING = 45  # characters of a line that can be the heading of a section
_INSIDE = re.compile(r"(?<=\s)[一二三四五六七]、[^\s。；;，,]{2,30}(?=\s)")  # headings inside one long line
_LEADER = re.compile(r"[\s.．·…。、0-9—–-]+")
_BODY = 25  # characters behind a heading, dots and page numbers left out, from which it is one and no entry of a list


@dataclass(frozen=True, slots=True)
class Title:
    """A line, or up to three, that name a report of their own."""

    start: int
    end: int
    agency: str | None
    year: int | None

    def differs(self, other: "Title") -> bool:
        """Whether both cannot be of one report: another year, or an agency whose name is no part of the other's."""
        if self.year and other.year and self.year != other.year:
            return True
        if not self.agency or not other.agency:
            return False
        a, b = squash(self.agency), squash(other.agency)
        return a not in b and b not in a

    def is_same(self, other: "Title | None") -> bool:
        """Whether both name the same agency and the same year."""
        if other is None or not self.agency or not self.year:
            return False
        return (self.agency, self.year) == (other.agency, other.year)


@dataclass(frozen=True, slots=True)
class Section:
    """The heading of one of the six sections (1 to 6), with text of its own behind it."""

    start: int
    end: int
    stage: int


@dataclass(frozen=True, slots=True)
class Break:
    """A line of dashes, the next sheet of a workbook (`hard`), or a page break and a date, which only place a cut."""

    start: int
    end: int
    hard: bool


def find_titles(text: str) -> list[Title]:
    """The titles of a text in their order; a title that is printed over several lines once."""
    found: list[Title] = []
    end = 0
    for said in _TITLE_END.finditer(text):
        if said.end() <= end:
            continue
        start = max(text.rfind(mark, end, said.end()) for mark in "\n\t\f|") + 1 or end
        closed = _LINE_END.search(text, said.end())
        end = closed.start() if closed else len(text)
        line = text[start:end].strip()
        if len(line) > _LONG_LINE:
            opening = _LONG_OPENING.match(line)
            title = read_title([opening.group()]) if opening else None
            if title is not None and opening is not None:
                found.append(Title(start, start + opening.end(), title.agency, title.year))
            continue
        best: tuple[int, TitleLine] | None = None
        above = [(m.start(), m.group().strip()) for m in _LINE.finditer(text, max(0, start - _ABOVE), start)][-2:]
        lines = [*above, (start, line)]
        for first in range(len(lines) - 1, -1, -1):
            title = read_title([printed for _, printed in lines[first:]])
            if title is not None and (best is None or (title.agency and not best[1].agency)):
                best = (lines[first][0], title)
            if best is not None and best[1].agency:
                break
        if best is not None:
            found.append(Title(best[0], end, best[1].agency, best[1].year))
    return found


def find_sections(text: str) -> list[Section]:
    """The headings of sections that have something behind them: entries of a table of contents have not."""
    headings: list[Section] = []
    for line in _LINE.finditer(text):
        printed = line.group().strip()
        if len(printed) > _LONG_LINE:
            for inside in _INSIDE.finditer(line.group()):
                headings += _stage(inside.group(), line.start() + inside.start(), line.start() + inside.end())
        elif len(printed) <= _HEADING and _HEADING_HINT.search(printed.replace(" ", "")):
            headings += _stage(printed, line.start(), line.end())
    ends = [*(heading.start for heading in headings[1:]), len(text)]
    return [
        heading
        for heading, end in zip(headings, ends, strict=False)
        if len(_LEADER.sub("", text[heading.end : min(end, heading.end + 4000)])) >= _BODY
    ]


def _stage(printed: str, start: int, end: int) -> Iterator[Section]:
    folded = fold(plain(printed)).removesuffix("。")
    for stage, pattern in _STAGES:
        if pattern.fullmatch(folded):
            yield Section(start, end, stage)
            return


def find_breaks(document: Document) -> Iterator[Break]:
    """Lines of dashes, pages and sheets, dates that stand alone, sentences that open a report."""
    text = document.text
    sheets = document.media_type.endswith("spreadsheetml.sheet")
    for rule in _RULE.finditer(text):
        yield Break(rule.start(), rule.end(), True)
    for fragment in document.fragments:
        if fragment.gap is Gap.PAGE:
            yield Break(fragment.start, fragment.start, sheets)
    for line in _LINE.finditer(text):
        printed = line.group()
        if len(printed) < 40 and _DATE.fullmatch(plain(printed)):
            yield Break(line.end(), line.end(), False)


def find_opening(text: str, start: int, end: int) -> int | None:
    """Where the sentence begins that opens a report (本报告根据…), between two places of the text."""
    for line in _LINE.finditer(text, start, end):
        if _OPENING.match(fold(plain(line.group()[:80]))):
            return line.start()
    return None
