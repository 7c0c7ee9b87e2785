"""Rows that the source prints in another order than the form."""

from collections.abc import Sequence

from models.forms import APPLICATIONS, template
from models.recovery import recover

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


def test_two_garbled_rows_keep_their_order() -> None:
    assert natural_persons(report_of(swapped((4, 7)), garbled=[2, 23])) == list(range(len(FORM.rows)))
