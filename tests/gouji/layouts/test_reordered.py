"""Rows that the source prints in another order than the form."""

from collections.abc import Sequence

from gouji.forms import APPLICATIONS, template
from gouji.layouts.layout import read_layout
from gouji.layouts.reordered import order_by_labels
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover
from gouji.tables import CellState

FORM = template(APPLICATIONS, "2021")
HEADER = [
    "申请人情况",
    "自然人",
    "法人或其他组织",
    "总计",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
]


def report_of(order: Sequence[int], garbled: Sequence[int] = ()) -> bytes:
    lines = ["三、收到和处理政府信息公开申请情况", *HEADER]
    for r in order:
        row = FORM.rows[r]
        lines += ["?。ㄒ唬┯枰怨_" if r in garbled else row.label, str(r), *["0"] * 5, str(r)]
    return "\n\n".join([*lines, "四、存在的问题", "无。"]).encode()


def natural_persons(data: bytes) -> list[object]:
    table = recover(data, engine="rules").tables[APPLICATIONS]
    return [table.cells[row.cells[0]].value for row in FORM.rows]


def swapped(*pairs: tuple[int, int]) -> list[int]:
    order = list(range(len(FORM.rows)))
    for a, b in pairs:
        order[a], order[b] = order[b], order[a]
    return order


def test_labels_say_which_row_it_is() -> None:
    assert natural_persons(report_of(swapped((4, 7), (12, 13)))) == list(range(len(FORM.rows)))


def test_a_garbled_row_takes_the_place_that_is_left() -> None:
    data = report_of(swapped((4, 7)), garbled=[2])
    assert natural_persons(data) == list(range(len(FORM.rows)))
    table = recover(data, engine="rules").tables[APPLICATIONS]
    assert (
        table.cells["granted.natural_person"].confidence < table.cells["denied_state_secret.natural_person"].confidence
    )


def test_two_garbled_rows_are_given_in_order_and_never_surely() -> None:
    data = report_of(swapped((4, 7)), garbled=[2, 23])
    assert natural_persons(data) == list(range(len(FORM.rows)))
    cells = recover(data, engine="rules").tables[APPLICATIONS].cells
    assert all(cells[name].confidence < 0.95 for r in (2, 23) for name in FORM.rows[r].cells)


def test_a_short_row_behind_its_label_is_not_absent() -> None:
    data = (
        report_of(swapped((4, 7)))
        .decode()
        .replace("2.重复申请\n\n16\n\n0\n\n0\n\n0\n\n0\n\n0\n\n16", "2.重复申请\n\n16\n\n16")
    )
    assert "2.重复申请\n\n16\n\n16" in data
    row = next(row for row in FORM.rows if row.label == "2.重复申请")
    cells = recover(data.encode(), engine="rules").tables[APPLICATIONS].cells
    assert cells[row.cells[-1]].value == 16
    assert all(cells[name].state is not CellState.ABSENT for name in row.cells)


def path_of(rows: Sequence[tuple[str, str]]) -> list[int] | None:
    """The state of each piece of a table of so many labels and values; None where the labels do not tell."""
    text = "\n".join(f"{label} | " + " | ".join([value] * 7) + " |" for label, value in rows)
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))
    found = order_by_labels(stream, FORM, read_layout(stream, FORM))
    return None if found is None else found[0].tolist()


BACKWARDS = [(row.label, str(r)) for r, row in reversed(list(enumerate(FORM.rows)))]


def test_labels_tell_the_order_only_where_most_rows_are_named_and_none_twice() -> None:
    assert path_of(BACKWARDS) is not None
    assert path_of(BACKWARDS[:-5]) is not None
    assert path_of(BACKWARDS[:-8]) is None
    assert path_of([*BACKWARDS[:9], BACKWARDS[0], *BACKWARDS[9:]]) is None


def test_a_row_more_than_the_form_has_is_no_row_of_it() -> None:
    path = path_of([*BACKWARDS[:9], ("某某事项另行说明", "7"), *BACKWARDS[9:]])
    assert path is not None
    assert path[9 * 8 : 10 * 8] == [-1] * 8
    assert min(path[: 9 * 8] + path[10 * 8 :]) > 0
