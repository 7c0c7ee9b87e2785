from gouji.document_tables import recover_tables, tell_rivals
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES
from gouji.readers.text.reader import text_to_document
from gouji.scoring.engines import choose_scorer
from gouji.tables import TableState
from tests.gouji.absent_tables import OLD_OUTLINE, report, rows_of

RULES = choose_scorer("rules")


def test_found_and_missing_tables_stand_in_the_order_of_the_report() -> None:
    only = report({APPLICATIONS: rows_of(APPLICATIONS, "3")})
    found = recover_tables(text_to_document(only), RULES)
    assert tuple(found.tables) == TABLES
    states = [found.tables[table].state for table in TABLES]
    assert states == [TableState.MISSING, TableState.FOUND, TableState.MISSING]
    assert [notice.code for notice in found.warnings].count("table_missing") == 2
    assert found.rivals == frozenset()


def test_a_table_that_stands_there_twice_is_a_rival_and_is_told() -> None:
    twice = rows_of(APPLICATIONS, "3") + "\n上年的情况\n" + rows_of(APPLICATIONS, "5")
    found = recover_tables(text_to_document(report({APPLICATIONS: twice})), RULES)
    assert found.rivals == {APPLICATIONS}
    assert tell_rivals(APPLICATIONS) in found.warnings


def test_a_report_from_before_2019_has_none_of_the_tables_and_says_so_first() -> None:
    found = recover_tables(text_to_document(OLD_OUTLINE), RULES)
    assert {table.state for table in found.tables.values()} == {TableState.MISSING}
    assert found.warnings[0].code == "form_unknown"


def test_nothing_of_an_empty_form_is_sure() -> None:
    empty = report({table: rows_of(table, "") for table in (ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION)})
    found = recover_tables(text_to_document(empty), RULES)
    assert all(table.confidence < 0.95 for table in found.tables.values() if table.state is TableState.FOUND)
