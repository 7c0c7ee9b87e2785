import pytest

from gouji.text.characters import count_labels, is_odd, official_labels


def test_labels_are_counted_once_and_in_either_script() -> None:
    assert count_labels("规章\n行政许可 | 3 |\n行政许可 | 4 |\n本年新收政府信息公开申请数量") == 2
    assert count_labels("行政許可 | 3 |\n本年新收政府資訊公開申請數量") == 2
    assert count_labels("鏀垮簻淇℃伅鍏紑") == 0


def test_every_label_of_the_forms_is_known() -> None:
    assert {"规章", "行政许可", "总计", "结果维持"} <= official_labels()


@pytest.mark.parametrize("character", "政務|—“”①Ⅳ│ǔ　０％⺠")
def test_what_reports_are_printed_in_is_not_odd(character: str) -> None:
    assert not is_odd(character)


@pytest.mark.parametrize("character", "æ¿ÕþЖ�\ue000簻錒\x81ｱ")
def test_what_wrong_decodings_give_is_odd(character: str) -> None:
    assert is_odd(character)
