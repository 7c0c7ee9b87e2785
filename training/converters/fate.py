"""What became of the numbers of a report in a text: told from the text alone, given what the report prints."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from training.converters.blanks import DROPPED, tell_blanks
from training.converters.printing import digits_of, find_numbers, numbers_of, read_rows, ready_text
from training.pages.sheets import Sheet

INTACT, GLUED, MOVED, LOST = FATES = ("intact", "glued", "moved", "lost")


@dataclass(frozen=True, slots=True)
class Fate:
    """numbers: intact (each by itself, all in order), glued (their digits in order, but joined or apart), moved (in
    another order) or lost (some are gone).  blanks: none in the report, kept (they show), or dropped."""

    numbers: str
    blanks: str

    @property
    def stratum(self) -> str:
        """How a set names it: `intact`, or `intact_without_blanks` where blanks were dropped."""
        return f"{self.numbers}_without_blanks" if self.blanks == DROPPED else self.numbers


def tell_fate(text: str, sheets: Mapping[str, Sheet], sentences: Iterable[str]) -> Fate:
    """What became of the numbers of `sheets` in a text. `sentences`: what else the page says."""
    rows = read_rows(sheets)
    ready = ready_text(text, rows, sentences)
    found = find_numbers(ready)
    values = [value for row in rows for value in row.values]
    expected = [number for value in values for number in numbers_of(value)]
    matched = {
        op.src_start + k: found[op.dest_start + k]
        for op in LCSseq.opcodes(expected, [one.number for one in found])
        if op.tag == "equal"
        for k in range(op.src_end - op.src_start)
    }
    numbers = INTACT
    if len(matched) < len(expected):
        digits = "".join(number for value in values for number in digits_of(value))
        numbers = _tell_broken(digits, "".join(one.digits for one in found))
    return Fate(numbers, tell_blanks(ready, rows, matched))


def _tell_broken(digits: str, shown: str) -> str:
    if Counter(digits) - Counter(shown):
        return LOST
    return GLUED if LCSseq.similarity(digits, shown) == len(digits) else MOVED
