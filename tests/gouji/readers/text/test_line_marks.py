"""What stands before lines and belongs to no cell; every place stays what it was."""

import pytest

from gouji.readers.text.line_marks import blank_marks

ROWS = [
    f"{label} | {n} |" for n, label in enumerate(("规章", "行政许可", "行政处罚", "行政强制", "重复申请", "其他") * 3)
]


@pytest.mark.parametrize(
    "marks",
    [
        ["> "] * 18,
        [">> "] * 18,
        ["- "] * 18,
        ["* "] * 18,
        ["• "] * 18,
        [f"{n}: " for n in range(1, 19)],
        [f"{n}. " for n in range(7, 25)],
    ],
    ids=["quote", "quote of a quote", "dash", "star", "bullet", "numbers", "numbers with dots"],
)
def test_marks_are_blanked(marks: list[str]) -> None:
    text = "\n".join(mark + row for mark, row in zip(marks, ROWS, strict=True))
    blanked = blank_marks(text)
    assert blanked == "\n".join(" " * len(mark) + row for mark, row in zip(marks, ROWS, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{n}.属于国家秘密 | {n} |" for n in range(1, 9)),
        "\n".join(f"- 0 {n} 0 -" for n in range(12)),
        "规章\n- 0\n> 3\n12: 5",
        "\n".join(f"{n % 3} | 规章 | 2 |" for n in range(15)),
        "\n".join(["规章 | 3 |"] * 6 + ["- 规章 | 3 |"] * 3),
    ],
    ids=["items", "dashes that are values", "once", "numbers that do not count", "few"],
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert blank_marks(text) == text
