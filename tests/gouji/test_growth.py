"""What a source costs grows with its size and no faster: counted in calls, which no load of the machine changes."""

import math
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from gouji.document import SourceTooLarge
from gouji.readers import MAX_FRAGMENTS, read
from gouji.recovery import recover_all

SMALL, LARGE = 6_000, 48_000  # characters
PATTERNS = {
    "words of one line": "政府信息公开 工作年度报告 ",
    "words of no line": "本局认真贯彻条例,",
    "lines": "本局认真贯彻条例。\n",
    "numbers of one line": "12 0 3 ",
    "lines of numbers": "12 3 0 45 0 0 0 1\n",
    "cells between pipes": "| 政府信息公开 | 12 | 0 |\n",
    "cells between tabs": "规章\t1\t0\t3\n",
    "headings": "二、主动公开政府信息情况\n",
    "a page of paragraphs": "<p>本局 12</p>",
    "a page of rows": "<tr><td>规章</td><td>1</td></tr>",
}


def count_calls(work: Callable[[], object]) -> int:
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_work_grows_with_the_size_and_no_faster(pattern: str) -> None:
    def source(size: int) -> bytes:
        unit = PATTERNS[pattern]
        return (f"<html><table>{unit * (size // len(unit))}" if "<" in unit else unit * (size // len(unit))).encode()

    recover_all(source(SMALL), engine="rules")  # what is imported or remembered once
    small, large = (count_calls(lambda n=n: recover_all(source(n), engine="rules")) for n in (SMALL, LARGE))  # type: ignore[misc]
    assert math.log(large / small, LARGE / SMALL) < 1.2


def test_a_source_of_too_many_pieces_says_so() -> None:
    with pytest.raises(SourceTooLarge, match="pieces of text"):
        read(b"1 2 3 4 5 6 7 8 9\n" * (MAX_FRAGMENTS // 9 + 1))
