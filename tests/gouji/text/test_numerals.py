from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.text.numerals import Numeral, NumeralKind, read_numeral


def number(text: str) -> Numeral:
    numeral = read_numeral(text)
    assert numeral is not None, text
    assert numeral.kind is NumeralKind.NUMBER, text
    assert numeral.text == text
    return numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("35", 35),
        (" 5 ", 5),
        ("\u00a05", 5),
        ("\u3000 12\u00a0", 12),
        ("１２３", 123),
        ("１，１１３", 1113),
        ("1,113", 1113),
        ("1,234,567", 1234567),
        ("1,234.5", Decimal("1234.5")),
        ("7730.28", Decimal("7730.28")),
        ("0.123456", Decimal("0.123456")),
        ("３．５", Decimal("3.5")),
        ("+19", 19),
        ("＋19", 19),
        ("-71", -71),
        ("−71", -71),
        ("－71", -71),
        ("—71", -71),
        ("减4", -4),
        ("减 4", -4),
        ("減4", -4),
        ("减少4", -4),
        ("减少4项", -4),
        ("增加2", 2),
        ("增2", 2),
        ("新增2", 2),
        ("增加 2", 2),
        ("增0", 0),
        ("减四", -4),
        ("↓3", -3),
        ("未增未减", 0),
        ("未增、未减", 0),
        ("未增未減", 0),
        ("无增减", 0),
        ("無增減", 0),
        ("无变化", 0),
        ("持平", 0),
        ("不变", 0),
        ("〇", 0),
        ("零", 0),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百一十", 110),
        ("两千零五", 2005),
        ("一万二千三百四十五", 12345),
        ("壹拾贰", 12),
        ("**5**", 5),
        ('"5"', 5),
        (r"\-4", -4),
    ],
)
def test_certain_numbers(text: str, value: int | Decimal) -> None:
    numeral = number(text)
    assert (numeral.value, type(numeral.value), numeral.certain) == (value, type(value), True)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("251000元", 251000, "元"),
        ("12.5万元", Decimal("12.5"), "万元"),
        ("12.5 萬元", Decimal("12.5"), "万元"),
        ("12.5(万元)", Decimal("12.5"), "万元"),
        ("12.5（万元）", Decimal("12.5"), "万元"),
        ("3件", 3, "件"),
        ("3 条", 3, "条"),
        ("3項", 3, "项"),
        ("28批次", 28, "批次"),
        ("28次", 28, "次"),
        ("6宗", 6, "宗"),
        ("6个", 6, "个"),
        ("6個", 6, "个"),
        ("6人", 6, "人"),
        ("6户", 6, "户"),
        ("6份", 6, "份"),
        ("三件", 3, "件"),
        ("¥12", 12, "元"),
        ("减少4项", -4, "项"),
    ],
)
def test_units_are_kept_and_do_not_scale(text: str, value: int | Decimal, unit: str) -> None:
    numeral = number(text)
    assert (numeral.value, numeral.unit, numeral.certain) == (value, unit, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("53 45", 5345),
        ("5 3", 53),
        ("1 113", 1113),
        ("1 234 567", 1234567),
        ("1, 113", 1113),
        ("O", 0),
        ("o", 0),
        ("1O", 10),
        ("(3)", -3),
        ("（3）", -3),
        ("55（含自然失效29件）", 55),
        ("55\n（含自然失效 29 件）", 55),
        ("55件(含自然失效29件)", 55),
        ("05", 5),
        ("00", 0),
        ("一", 1),
        ("五", 5),
        ("二〇", 20),
        ("5。", 5),
        ("- 5", -5),
        ("5²", 5),
        (".5", Decimal("0.5")),
        ("0.1234567", Decimal("0.1234567")),
    ],
)
def test_uncertain_numbers(text: str, value: int | Decimal) -> None:
    numeral = number(text)
    assert (numeral.value, numeral.certain) == (value, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u00a0",
        "\u3000",
        "\n",
        "/",
        " / ",
        "／",
        "//",
        "-",
        "--",
        "- -",
        "—",
        "——",
        "－",
        "－－",
        "―",
        "无",
        "無",
        "空",
        "\u200b",
        "\\",
        "N/A",
        " " * 300,
    ],
)
def test_blank_marks(text: str) -> None:
    assert read_numeral(text) == Numeral(None, text, kind=NumeralKind.BLANK_MARK)


@pytest.mark.parametrize(
    "text",
    [
        "1***",
        "****",
        "*",
        "?",
        "？",
        "□",
        "1?",
        "1□",
        "#####",
        "\ufffd",
        "×",
        "3-5",
        "3～5",
        "3—5",
        "3至5",
        "12,34",
        "1,13",
        "增2减1",
        "+2/-1",
        "0 0 0 0 0 0 0",
        "1 2 3 4",
    ],
)
def test_unread(text: str) -> None:
    numeral = read_numeral(text)
    assert numeral is not None
    assert (numeral.value, numeral.kind, numeral.text) == (None, NumeralKind.UNREAD, text)


@pytest.mark.parametrize(
    "text",
    [
        "规章",
        "总计",
        "1.属于国家秘密",
        "1、属于国家秘密",
        "3.其他",
        "第二十条第(五)项",
        "第二十条第（一）项",
        "一、",
        "一、本年新收政府信息公开申请数量",
        "(一)予以公开",
        "(三)",
        "（三）",
        "二、",
        "3.",
        "3、",
        "3)",
        "①",
        "⑴",
        "㈠",
        "2023年",
        "2023年1月1日",
        "2024-01-17",
        "2023-2024",
        "2023.1.5",
        "二〇二三年",
        "2023年度",
        "10:30",
        "100%",
        "— 5 —",
        "- 5 -",
        "3/12",
        "第5页",
        "共3页",
        "0572-2289119",
        "362000000000000000",
        "万元",
        "元",
        "件",
        "本年增/减",
        "增/减",
        "本年增/",
        "采购总金额(万元)",
        "单位：万元",
        "国办发〔2019〕60号",
        "|",
        "abc",
        "OO",
        "H042/2024-75954",
        "万",
        "十十",
        "五" * 201,
        "共受理5件，其中3件不予公开",
    ],
)
def test_no_value_at_all(text: str) -> None:
    assert read_numeral(text) is None


@pytest.mark.parametrize("value", [*range(0, 130), 999, 1000, 1001, 9999, 10000, 10010, 100000, 12345678])
def test_every_way_of_writing_a_number_gives_it_back(value: int) -> None:
    fullwidth = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (str(value), fullwidth, f"{value:,}", f" {value}\u00a0", f"{value}件", f"+{value}", f"增加{value}"):
        assert number(text).value == value
        assert number(text).certain
    assert number(f"减{value}").value == -value
    assert number(f"{value}.25").value == value + Decimal("0.25")


def test_text_is_never_evaluated_without_bound() -> None:
    assert read_numeral("9" * 100_000) is None
    assert read_numeral("1," * 100) is None
    assert read_numeral("(" * 190) is None
    assert read_numeral("3(" + "((a" * 60) is None


@settings(max_examples=500, deadline=None)
@given(st.text("0123456789,. -+()（）/*?OoIl一十百万零〇减增元件%年月:：\n|无", max_size=10))
def test_only_numbers_have_values(text: str) -> None:
    numeral = read_numeral(text)
    if numeral is not None:
        assert numeral.text == text
        assert (numeral.value is not None) == (numeral.kind is NumeralKind.NUMBER)


@pytest.mark.parametrize("text", ["5%", "5年", "5月", "5号", "5:3", "5页", "a5", "第5"])
def test_a_digit_alone_makes_no_value(text: str) -> None:
    assert read_numeral(text) is None


@pytest.mark.parametrize("text", ["3①", "3[1]", "3 ②", "3〔2〕"])
def test_a_mark_of_a_foot_note_is_no_digit(text: str) -> None:
    assert (number(text).value, number(text).certain) == (3, False)


def test_a_letter_that_looks_like_nought_is_nought_in_any_alphabet() -> None:
    assert [number(text).value for text in ("O", "\u041e", "1\u041e")] == [0, 0, 10]
