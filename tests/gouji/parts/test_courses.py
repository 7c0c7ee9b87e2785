"""One report as it is followed through a page: what it holds twice, and what is a copy of it."""

import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.parts.courses import ALONE, Course, disputed_tables, tables_alike, without_copies
from gouji.parts.occurrences import Occurrence
from gouji.parts.openings import Title

ROWS = frozenset(("granted", "total_processed", "new_received"))


def table(name: str, *numbers: int, rows: frozenset[str] = ROWS) -> Occurrence:
    return Occurrence(0, 1, name, rows, tuple(map(str, numbers)), len(numbers))


def course(*tables: Occurrence, **more: object) -> Course:
    made = Course(0, list(tables))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def titled(text: str, agency: str, year: int, *tables: Occurrence) -> tuple[Course, str]:
    """A course, and its text with a title that says the same."""
    said = f"{agency}{year}年政府信息公开工作年度报告\n{text}\n"
    return course(*tables, title=Title(0, 5, agency, year)), said


def together(*parts: tuple[Course, str]) -> tuple[list[Course], str]:
    whole = ""
    for each, text in parts:
        each.start, each.end = len(whole), len(whole) + len(text)
        whole += text
    return [each for each, _ in parts], whole


def test_tables_with_other_numbers_are_disputed_and_those_with_the_same_are_alike() -> None:
    one = course(table(APPLICATIONS, 1, 2), table(APPLICATIONS, 1, 3), table(ACTIVE_DISCLOSURE, 5))
    assert (disputed_tables(one), tables_alike(one)) == ({APPLICATIONS}, frozenset())
    other = course(table(APPLICATIONS, 1, 2), table(APPLICATIONS, 1, 2), table(ACTIVE_DISCLOSURE, 5))
    assert (disputed_tables(other), tables_alike(other)) == (frozenset(), {APPLICATIONS})


def test_the_rest_of_a_table_is_no_rival() -> None:
    rest = course(table(APPLICATIONS, 1), table(APPLICATIONS, 2, rows=frozenset(("other", "carried_forward", "paid"))))
    assert (disputed_tables(rest), tables_alike(rest)) == (frozenset(), frozenset())


def test_where_tables_stand_astray_all_are_disputed_with_one() -> None:
    rivals = (table(APPLICATIONS, 1, 2), table(APPLICATIONS, 1, 3))
    assert disputed_tables(course(*rivals, astray=True)) == set(TABLES)
    assert disputed_tables(course(rivals[0], rivals[0], astray=True)) == frozenset()


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (course(), False),
        (course(table(REVIEW_LITIGATION, 1)), True),
        (course(stages={1}), False),
        (course(stages={1, 2}), True),
        (course(body=0), True),
        (course(body=100), False),
    ],
)
def test_a_body_is_a_table_two_sections_or_a_long_one(made: Course, expected: bool) -> None:
    assert made.has_body(ALONE + 50) is expected


def test_an_empty_form_holds_no_number_and_no_name() -> None:
    assert course(blank=True).is_empty_form()
    assert not course().is_empty_form()
    assert not course(table(APPLICATIONS, 1), blank=True).is_empty_form()
    assert not course(blank=True, title=Title(0, 5, "某市水利局", 2023)).is_empty_form()


def test_the_same_report_again_is_a_copy_and_the_fuller_one_is_kept() -> None:
    body = "本年度持续推进各项工作。"
    courses, text = together(
        titled(body, "海州市水利局", 2023),
        titled(body, "海州市水利局", 2023, table(APPLICATIONS, 1, 2)),
        titled(body, "海州市林业局", 2023, table(APPLICATIONS, 1, 2)),
    )
    kept, copied = without_copies(courses, text)
    assert kept == courses[1:]
    assert copied == {0}


def test_another_year_and_other_numbers_are_no_copies() -> None:
    body = "本年度持续推进各项工作。"
    courses, text = together(
        titled(body, "海州市水利局", 2023, table(APPLICATIONS, 1, 2)),
        titled(body, "海州市水利局", 2022, table(APPLICATIONS, 1, 2)),
        titled(body, "海州市水利局", 2023, table(APPLICATIONS, 1, 3)),
    )
    assert without_copies(courses, text) == (courses, set())


@pytest.mark.parametrize(("count", "copied"), [(12, {0}), (11, set())])
def test_without_names_many_equal_numbers_tell_a_copy(count: int, copied: set[int]) -> None:
    numbers = tuple(range(1, count + 1))
    texts = ("甲乙丙丁戊己庚辛" * 20, "子丑寅卯辰巳午未" * 20)
    courses, text = together(*((course(table(APPLICATIONS, *numbers)), said) for said in texts))
    assert without_copies(courses, text)[1] == copied


def test_without_names_and_numbers_the_wording_tells_a_copy() -> None:
    said = "本年度持续推进各项工作,取得新的成效。" * 20
    courses, text = together((course(), said), (course(), said), (course(), "子丑寅卯辰巳午未" * 40))
    kept, copied = without_copies(courses, text)
    assert (len(kept), copied) == (2, {0})
