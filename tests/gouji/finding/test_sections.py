"""Headings of reports, told by their words."""

import pytest

from gouji.finding.sections import OTHERS, OVERVIEW, PROBLEMS, find_sections
from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION
from gouji.pieces import document_to_pieces
from gouji.readers.text.reader import text_to_document

FRAME = [OVERVIEW, ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, PROBLEMS, OTHERS]


def sections(text: str) -> list[tuple[str, int | None]]:
    return [(s.kind, s.numeral) for s in find_sections(document_to_pieces(text_to_document(text)))]


@pytest.mark.parametrize(
    "lines",
    [
        "一、总体情况|二、主动公开政府信息情况|三、收到和处理政府信息公开申请情况|四、政府信息公开行政复议、行政诉讼情况|"
        "五、存在的主要问题及改进情况|六、其他需要报告的事项",
        "一、總體情況|二、主動公開政府信息情況|三、收到和處理政府信息公開申請情況|四、因政府信息公開工作被申請行政復議、提起行政訴訟情況|"
        "五、政府信息公開工作存在的主要問題及改進情況|六、其他需要報告的事項",
        "1.总体情况|2.本机关主动公开政府信息的情况|3.收到和处理政府信息公开申请的情况|4.行政复议、行政诉讼的情况|"
        "5.存在的问题和改进措施|6.其他需要说明的事项",
        "第一部分 概述|第二部分 主动公开政府信息情况|第三部分 收到和处理政府信息公开申请情况|"
        "第四部分 政府信息公开行政复议和行政诉讼情况|第五部分 主要问题与不足|第六部分 其他报告事项",
    ],
)  # fmt: skip
def test_headings_in_their_order(lines: str) -> None:
    assert sections(lines.replace("|", "\n一些文字说明。\n")) == list(zip(FRAME, range(1, 7), strict=True))


def test_headings_without_numerals_and_with_their_sentence_behind() -> None:
    assert sections("主动公开政府信息情况\n政府信息公开行政复议、行政诉讼情况") == [
        (ACTIVE_DISCLOSURE, None),
        (REVIEW_LITIGATION, None),
    ]
    text = "五、存在的主要问题及改进情况：公开的内容还不够具体，栏目的更新还不够及时。"
    assert sections(text) == [(PROBLEMS, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "本年主动公开政府信息的情况良好",
        "二、主动公开政府信息情况表、收到和处理政府信息公开申请情况表、行政复议和行政诉讼情况表按附件填报",
        "1.行政复议、行政诉讼情况表.docx",
        "三、本年度办理结果",
        "行政复议 | 行政诉讼",
        "主动公开政府信息的情况如下：全年公开信息若干条，涉及各个方面，均在网站上发布",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert sections(text) == []
