import pytest

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, Template, template
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import choose_form


def stream_of(text: str, table: str) -> CellStream:
    return CellStream(table, tuple(document_to_pieces(text_to_document(text))))


def written(whole: Template, headers: bool = True) -> str:
    lines: list[str] = []
    for row in whole.rows:
        if headers:
            lines.append(" | ".join((*row.under, *(c.label for c in row.columns))))
        lines.append(f"{row.label} | " + " | ".join(str(n) for n in range(len(row))) + " |")
    return "\n".join(lines)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", [ACTIVE_DISCLOSURE, APPLICATIONS])
@pytest.mark.parametrize("headers", [True, False])
def test_each_form_is_told_by_its_labels(table: str, form: str, headers: bool) -> None:
    filled, sure = choose_form(stream_of(written(template(table, form), headers), table), rules.score)
    assert filled.template.form == form
    assert sure > 0.99
    assert filled.leftover == 0


def test_the_newer_form_is_taken_where_both_are_the_same() -> None:
    whole = template(REVIEW_LITIGATION, "2019")
    assert whole.rows == template(REVIEW_LITIGATION, "2021").rows
    filled, sure = choose_form(stream_of(written(whole), REVIEW_LITIGATION), rules.score)
    assert filled.template.form == FORMS[0]
    assert sure == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_year_in_the_text_says_nothing(form: str) -> None:
    for year in (2019, 2023):
        text = f"{year}年度报告\n" + written(template(APPLICATIONS, form))
        assert choose_form(stream_of(text, APPLICATIONS), rules.score)[0].template.form == form


@pytest.mark.parametrize("form", FORMS)
def test_rows_without_the_telling_labels_are_told_by_what_explains_them(form: str) -> None:
    """Half of the labels lost: still the form whose rows they are, if less surely."""
    whole = template(APPLICATIONS, form)
    lines = [line if k % 3 else line.split("|", 1)[1] for k, line in enumerate(written(whole, False).split("\n"), 1)]
    filled, sure = choose_form(stream_of("\n".join(lines), APPLICATIONS), rules.score)
    assert filled.template.form == form
    assert 0.5 < sure <= 1


def test_a_second_scorer_is_asked() -> None:
    stream = stream_of(written(template(APPLICATIONS, "2019")), APPLICATIONS)
    filled, _ = choose_form(stream, rules.score, rules.score)
    assert filled.agrees == (True,) * len(stream.pieces)
    assert choose_form(stream, rules.score)[0].agrees is None
