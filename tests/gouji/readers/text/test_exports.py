"""Exports told in pipes: every place stays, and only what delimits is replaced."""

import pytest

from gouji.readers.text.exports import unify
from gouji.readers.text.reader import text_to_document

HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
ROWS = {f"{n}.属于国家秘密": [n, 0, 0, 0, 0, 0, n] for n in range(1, 10)}


def cells_of(text: str) -> list[str]:
    return [fragment.text for fragment in text_to_document(text).fragments]


def expected() -> list[str]:
    return [part for label, row in ROWS.items() for part in (label, *map(str, row))]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{label},{','.join(map(str, row))}" for label, row in ROWS.items()),
        "\n".join(",".join(f'"{part}"' for part in (label, *row)) for label, row in ROWS.items()),
        "\n".join("".join(f"【{part}】" for part in (label, *row)) for label, row in ROWS.items()),
        "\n".join("".join(f"[{part}]" for part in (label, *row)) for label, row in ROWS.items()),
        "[" + ",".join("[" + ", ".join(f'"{p}"' for p in (label, *row)) + "]" for label, row in ROWS.items()) + "]",
        "\n".join(f"{label}......{'  '.join(map(str, row))}" for label, row in ROWS.items()),
        "\n".join(f"{label} . . . . . {' '.join(map(str, row))}" for label, row in ROWS.items()),
        "\n".join(
            f"{label}:" + ";".join(f"{h}:{v}" for h, v in zip(HEADS, row, strict=True)) for label, row in ROWS.items()
        ).replace(":自然人", " 自然人"),
        "\n".join(
            f"{label}(" + "、".join(f"{h} {v}" for h, v in zip(HEADS, row, strict=True)) + ")"
            for label, row in ROWS.items()
        ),
        "\n".join(
            "\n".join([label, *(f"{h}:{v}" for h, v in zip(HEADS, row, strict=True))]) for label, row in ROWS.items()
        ),
    ],
    ids=[
        "commas",
        "quoted",
        "lenticular",
        "square",
        "lists",
        "dots",
        "spaced dots",
        "pairs",
        "bracketed pairs",
        "lines",
    ],
)
def test_the_cells_of_an_export(text: str) -> None:
    assert len(unify(text).text) == len(text)
    assert cells_of(text) == expected()


def test_every_fragment_stands_where_it_is_printed() -> None:
    text = "\n".join(f"{label},{','.join(map(str, row))}" for label, row in ROWS.items())
    for fragment in text_to_document(text).fragments:
        assert text[fragment.start : fragment.end] == fragment.text


def test_an_empty_field_is_an_empty_cell() -> None:
    lines = [f"{label},{row[0]},,0,/,0,0,{row[6]}" for label, row in ROWS.items()]
    cells = cells_of("\n".join(lines))
    assert cells[:8] == ["1.属于国家秘密", "1", "", "0", "/", "0", "0", "1"]


def test_commas_inside_quotes_belong_to_the_field() -> None:
    lines = [
        f'"只计这一情形,不计其他情形",{row[0]},0,0,"1,{n:03d}",0,0' for n, row in enumerate(ROWS.values(), start=234)
    ]
    assert cells_of("\n".join(lines))[:5] == ["只计这一情形,不计其他情形", "1", "0", "0", "1,234"]


@pytest.mark.parametrize(
    "text",
    [
        "全年收到申请12件,办结11件,结转1件,均按期答复。\n" * 10,
        "一、总体情况......1\n二、主动公开......3\n三、申请......5\n" * 4,
        "其中自然人申请3件,商业企业申请2件,其他0件。\n" * 10,
        "| 规章 | 1,234 | 0 | 9 |\n" * 10,
        "规章\n\n3\n\n0\n\n12\n\n" * 10,
        "[1][2]\n见注释[3][4][5][6]处。\n" * 10,
    ],
)
def test_what_is_no_export_stays(text: str) -> None:
    assert unify(text).text == text
