"""Reports inside JSON: which fields hold the text, in which order, and what stays as it is."""

import json

from gouji.readers.text.records import open_record
from gouji.readers.text.undoing import undo
from tests.gouji.readers.text.wrapped_texts import LINES, PIPED


def test_records_that_are_tables_stay_as_they_are() -> None:
    rows = json.dumps([["规章", "0", "0"], ["行政许可", "3", ""], ["行政处罚", "1", "2"]], ensure_ascii=False)
    assert undo(rows).text == rows
    commas = '"规章","0","0","1"\n"行政许可","3","4","5"\n"行政处罚","1","2","3"\n'
    assert undo(commas).text == commas


def test_of_a_record_the_field_with_the_report_is_taken() -> None:
    record = {"id": 7, "abstract": PIPED[:400], "docTitle": "某局2023年报告", "body": PIPED, "seo": "行政许可 行政处罚"}
    undone = undo(json.dumps(record))
    assert (undone.text, undone.title) == (PIPED, "某局2023年报告")


def test_fields_that_hold_parts_are_taken_in_their_order() -> None:
    half = PIPED.index("三、收到")
    record = {"name": "x", "part1": PIPED[:half], "n": 2, "part2": PIPED[half:], "title": "某局2023年报告"}
    assert undo(json.dumps(record)).text == PIPED[:half] + "\n" + PIPED[half:]


def test_several_records_keep_their_titles() -> None:
    records = [{"title": "甲局2022年报告", "content": PIPED}, {"title": "乙局2023年报告", "content": LINES}]
    for written in (json.dumps(records), "\n".join(map(json.dumps, records))):
        text = undo(written).text
        assert text.index("甲局2022年报告") < text.index(PIPED) < text.index("乙局2023年报告") < text.index(LINES)


RECORD = {"title": "某局2023年报告", "content": PIPED}


def test_the_title_of_a_record_is_kept_beside_its_text() -> None:
    opened = open_record(json.dumps(RECORD))
    assert opened is not None
    assert (opened.text, opened.title, opened.is_grid) == (PIPED, "某局2023年报告", False)


def test_a_record_that_breaks_off_gives_what_it_still_holds() -> None:
    written = json.dumps(RECORD)
    opened = open_record(written[: len(written) // 2] + "\\u65")
    assert opened is not None
    assert opened.title == "某局2023年报告"
    assert len(opened.text) > len(PIPED) / 4
    assert PIPED.startswith(opened.text[:-3])


def test_what_is_no_json_or_holds_no_report_is_no_record() -> None:
    assert open_record(PIPED) is None
    assert open_record(json.dumps({"title": "某局", "content": "没有表格"})) is None
    assert open_record(json.dumps(RECORD) + "\n以上") is None
    assert open_record("[" * 100_000) is None


def test_lists_of_cells_alone_are_no_text() -> None:
    rows = [line.split(" | ") for line in PIPED.split("\n")]
    assert open_record(json.dumps({"data": rows})) is None


def test_lists_of_cells_beside_a_text_are_rows_between_pipes() -> None:
    half = PIPED.index("三、收到")
    opened = open_record(json.dumps([PIPED[:half], [["行政许可", 3], ["行政处罚", None]]]))
    assert opened is not None
    assert opened.text.endswith("| 行政许可 | 3 |\n| 行政处罚 |  |")


def test_a_record_of_too_many_values_is_left_alone() -> None:
    assert open_record(json.dumps([PIPED, *map(str, range(25_000))])) is None
    assert open_record(json.dumps([PIPED, *map(str, range(15_000))])) is not None
