"""What each warning of a result means and what to do about it, in English and in Chinese, by its code.

The message of a warning tells the single case in English; these sentences are what holds for every case of the code.
"""

from collections.abc import Mapping

NOTICES: Mapping[str, tuple[str, str]] = {
    "table_missing": (
        "A table was not found: its confidence says how surely the source does not hold it.",
        "有表格未找到;该表的置信度表示原文确实没有它的把握。",
    ),
    "table_is_picture": (
        "A table may stand in a picture that was not read: parse the picture by itself, or enter the numbers by hand.",
        "表格可能在未能读取的图片中:请单独解析该图片,或手工录入数字。",
    ),
    "table_is_attached": (
        "A table may stand in an attachment that is not in the source: parse the attachment by itself.",
        "表格可能在附件中,而附件不在来源里:请单独解析该附件。",
    ),
    "garbled_text": (
        "The text is escaped or garbled: save the source again in its own encoding (UTF-8), and parse that.",
        "文字被转义或是乱码:请按原编码(UTF-8)重新保存来源后再解析。",
    ),
    "cut_off": (
        "The text breaks off: get the whole report (all its pages), and parse that.",
        "文本不完整:请取得整份报告(全部分页)后再解析。",
    ),
    "not_a_report": (
        "The source does not read like an annual report on government openness: see whether it is the right file or "
        "page.",
        "来源不像政府信息公开工作年度报告:请核对文件或网页是否正确。",
    ),
    "empty_form": (
        "The source is the empty form, or a notice that holds it: its blanks are no report of an office.",
        "来源是空白表样或附有空白表样的通知,并非某机关的年度报告。",
    ),
    "several_reports": (
        "The source holds several reports and this is the first: take all of them, or cut the source up.",
        "来源含有多份报告,这里是第一份:请读取全部,或先拆分来源。",
    ),
    "several_tables": (
        "The source prints a table more than once: see which one is meant; where the numbers differ, none is sure.",
        "来源中同一张表出现多次:请核对以哪一张为准;数字不同时均不可靠。",
    ),
    "form_unknown": (
        "A report on a form before 2019: its figures do not fit these tables.",
        "报告采用 2019 年以前的统计表,其数字不能填入现行表格。",
    ),
    "model_unavailable": (
        "The layout model could not be used; the rules read the tables alone.",
        "版面模型不可用,仅按规则读取。",
    ),
    "uncalibrated": (
        "Confidences are estimates: they were not calibrated for this parser.",
        "置信度未经校准,仅为估计。",
    ),
}


def explain(code: str) -> tuple[str, str]:
    """English and Chinese of a warning's code. Of one that an earlier version gave: the code itself, twice."""
    return NOTICES.get(code, (code, code))
