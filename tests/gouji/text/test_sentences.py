import pytest

from gouji.forms import REVIEW_LITIGATION
from gouji.readers.text.reader import text_to_document
from gouji.recovery import recover
from gouji.text.sentences import join_sentences


def texts(text: str) -> list[str]:
    document = text_to_document(text)
    return [fragment.text for fragment in join_sentences(document.fragments, document.text)]


@pytest.mark.parametrize(
    "line",
    [
        "全年收到申请 285 件,其中自然人 50 件、企业 30 件。",
        "组织培训 2 次，参训 42 人次",
        "2025 年计划开展培训 4 次，公开 729 条以上。",
    ],
)
def test_a_line_whose_numbers_all_count_something_is_one_text(line: str) -> None:
    assert texts(f"{line}\n0") == [line, "0"]


@pytest.mark.parametrize(
    "line",
    [
        "行政许可 3 件",
        "规章 0 0 0",
        "2.重复申请 3 0 0",
        "行政许可 | 3 件， | 1",
        "共 3 件， 0 0 0",
    ],
)
def test_a_row_is_no_sentence(line: str) -> None:
    assert texts(line) == [fragment.text for fragment in text_to_document(line).fragments]


def test_the_numbers_of_a_sentence_before_a_table_are_none_of_its_values() -> None:
    heads = "行政复议\n行政诉讼\n未经复议直接起诉\n复议后起诉\n" + "\n".join(
        ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    )
    values = ["0"] * 5 + ["1", "0", "0", "0", "1"] + ["0"] * 5
    text = "本年度办理行政复议 227 件,结果维持 36 件,尚未审结 27 件。\n\n" + heads + "\n\n" + "\n".join(values)
    text = f"四、政府信息公开行政复议、行政诉讼情况\n\n{text}\n\n五、存在的主要问题及改进情况"
    cells = recover(text.encode(), engine="rules").tables[REVIEW_LITIGATION].cells
    assert [str(cell.value) for cell in cells.values()] == values
