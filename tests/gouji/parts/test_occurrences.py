"""Where rows of the three tables stand in a page, and what of them stands there twice."""

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.parts.occurrences import Occurrence, find_occurrences, may_repeat
from gouji.readers.text.reader import text_to_document
from tests.gouji.absent_tables import report, rows_of

TEXT = report({table: rows_of(table, "3") for table in TABLES})


def occurrences(text: str, openers: tuple[int, ...] = ()) -> list[Occurrence]:
    return find_occurrences(text_to_document(text), openers)


def test_each_table_of_a_report_occurs_once() -> None:
    found = occurrences(TEXT)
    assert [each.table for each in found] == list(TABLES)
    assert not may_repeat(TEXT)


def test_an_occurrence_reaches_from_its_first_row_to_its_last_value() -> None:
    (found,) = occurrences(rows_of(APPLICATIONS, "3"))
    text = rows_of(APPLICATIONS, "3")
    assert text[found.start :].startswith("一、本年新收")
    assert text[: found.end].endswith("3")
    assert found.values == len(found.numbers) == 25 * 7
    assert set(found.numbers) == {"3"}


def test_zeros_are_counted_and_not_kept() -> None:
    (found,) = occurrences(rows_of(APPLICATIONS, "0"))
    assert (found.values, found.numbers) == (25 * 7, ())


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_printed_twice_occurs_twice(table: str) -> None:
    text = f"{rows_of(table, '3')}\n{rows_of(table, '5')}"
    first, second = occurrences(text)
    assert first.repeats(second)
    assert set(first.numbers) == {"3"}
    assert set(second.numbers) == {"5"}
    assert first.end <= second.start


def test_two_reports_may_repeat() -> None:
    assert may_repeat(TEXT + TEXT)
    assert may_repeat((TEXT + TEXT).replace("国家秘密", "国 家\n秘密"))
    assert not may_repeat(TEXT + "国家秘密")  # one word alone may be said in prose


def test_no_table_reaches_over_an_opener() -> None:
    text = rows_of(APPLICATIONS, "3")
    half = text.rindex("\n", 0, len(text) // 2) + 1
    parts = occurrences(text, (half,))
    assert len(parts) == 2
    assert parts[0].end <= half <= parts[1].start
    assert not parts[0].repeats(parts[1])


@pytest.mark.parametrize(("table", "rows", "expected"), [(ACTIVE_DISCLOSURE, 2, 0), (ACTIVE_DISCLOSURE, 3, 1)])
def test_a_few_rows_are_no_table(table: str, rows: int, expected: int) -> None:
    assert len(occurrences(rows_of(table, "3", rows))) == expected


def occurrence(*rows: str) -> Occurrence:
    return Occurrence(0, 1, REVIEW_LITIGATION, frozenset(rows), (), 0)


def test_the_rest_of_a_table_does_not_repeat_it() -> None:
    assert occurrence("a", "b", "c", "d").repeats(occurrence("a", "b"))
    assert occurrence("a", "b", "c", "d").repeats(occurrence("d", "e"))
    assert not occurrence("a", "b", "c").repeats(occurrence("c", "d", "e"))
