import pytest

from gouji.text.labels import canonical
from gouji.text.likeness import (
    MISMATCH,
    SAME_GROUP,
    find_nearest,
    is_like_any,
    likeness,
    likeness_inside,
    match,
    without_numeral,
)


def test_likeness_is_the_share_of_characters_that_agree() -> None:
    assert likeness("规章", "规章") == 1
    assert likeness("规章", "许可") == 0
    assert (
        likeness("本年办理结果", "本年度办理结果")
        == likeness("本年度办理结果", "本年办理结果")
        == pytest.approx(12 / 13)
    )
    assert likeness_inside("国家秘密", "1属于国家秘密") == 1 > likeness("国家秘密", "1属于国家秘密")


def test_the_nearest_label_is_one_that_is_like_enough() -> None:
    labels = ("本年度办理结果", "结转下年度继续办理")
    assert find_nearest("本年办理结果", labels, SAME_GROUP) == labels[0]
    assert find_nearest("行政许可", labels, SAME_GROUP) is None
    assert is_like_any("本年办理结果", labels, SAME_GROUP)
    assert not is_like_any("行政许可", labels, SAME_GROUP)


@pytest.mark.parametrize(
    ("printed", "bare"), [("1属于国家秘密", "属于国家秘密"), ("三本年度", "本年度"), ("12", "12"), ("一章", "一章")]
)
def test_the_numeral_before_a_label_is_left_out(printed: str, bare: str) -> None:
    assert without_numeral(printed) == bare


def test_a_piece_that_agrees_too_little_says_that_it_is_none() -> None:
    assert match("行政许可", "属于国家秘密") == MISMATCH
    assert match("政府信息公开工作年度", "规章") == MISMATCH


def test_a_label_is_known_without_one_of_its_words() -> None:
    label = canonical("一、本年新收政府信息公开申请数量")
    assert match(label.replace("政府", "广告"), label) > 0.7 * match(label, label)


@pytest.mark.parametrize(
    ("better", "worse", "label"),
    [
        ("属于国家秘密", "属于国家", "属于国家秘密"),  # longer pieces say more
        ("属于国家秘密", "1属于国家秘密", "属于国家秘密"),  # an exact one more than one with another numeral
        ("1属于国家秘密", "属于国家机密", "1属于国家秘密"),  # a lost numeral costs less than another word
        ("属于国家秘密", "本年收费金额", "属于国家秘密"),
        ("属于国家秘密", "密", "属于国家秘密"),
    ],
)
def test_more_agreement_says_more(better: str, worse: str, label: str) -> None:
    assert match(better, label) > match(worse, label)


def test_pieces_of_a_torn_label_add_up_to_about_the_whole() -> None:
    label = canonical("一、本年新收政府信息公开申请数量")
    halves = match(label[:7], label) + match(label[7:], label)
    assert match(label, label) * 0.6 < halves < match(label, label) * 1.6


def test_a_short_label_in_long_prose_says_little() -> None:
    prose = canonical("全年通过多种渠道公开规章和规范性文件以及行政许可事项的办理结果并接受社会监督" * 2)
    assert match(prose, "规章") < 0.5 * match("规章", "规章")
