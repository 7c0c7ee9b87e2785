import pytest

from gouji.document import Document
from gouji.forms import TABLES, template
from gouji.readers.html.reader import html_to_document
from gouji.readers.text.reader import text_to_document
from gouji.text.heading import is_empty_form, is_pre_2019, read_report

PERIOD = "本报告所列数据的统计期限自2023年1月1日至2023年12月31日。"


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("临川市南湾区政务服务中心2023年度政府信息公开工作年度报告", "临川市南湾区政务服务中心", 2023),
        ("临川市档案局2021年政府信息公开年度报告", "临川市档案局", 2021),
        ("臨川市南灣區人民政府辦公室2023年政府信息公開工作年度報告", "臨川市南灣區人民政府辦公室", 2023),
        ("臨川市環保局2020年政府資訊公開工作年度報告", "臨川市環保局", 2020),
        ("临川市行政服务中心管委会关于\n2021年政府信息公开年度工作报告", "临川市行政服务中心管委会", 2021),
        ("临川市财政局\n2022年度政府信息公开\n工作年度报告", "临川市财政局", 2022),
        ("2023年临川市财政局政府信息公开工作年度报告", "临川市财政局", 2023),
        ("临川市财政局政府信息公开工作年度报告（2024年度）", "临川市财政局", 2024),
        ("临川市财政局政府信息公开2019年年度报告", "临川市财政局", 2019),
        ("临川市财政局二〇二二年政府信息公开工作年度报告", "临川市财政局", 2022),
        ("标题： | 临川市财政局2023年政府信息公开工作年度报告 |", "临川市财政局", 2023),
        ("首页 > 公开 > 临川市财政局2023年政府信息公开工作年度报告", "临川市财政局", 2023),
        ("临川市财政局 2023 年政府信息公开工作年度报告", "临川市财政局", 2023),
        ("临川市⺠政局2023年政府信息公开工作年度报告", "临川市民政局", 2023),
        ("临川市财政局2023年度政务公开工作报告", "临川市财政局", 2023),
    ],
)
def test_titles(title: str, agency: str, year: int) -> None:
    report = read_report(text_to_document(f"索 引 号 | A-2024-7 |\n{title}\n发布日期：2025-01-16\n一、总体情况\n正文"))
    assert (report.agency, report.year) == (agency, year)
    assert report.title is not None
    assert "报告" in report.title or "報告" in report.title
    assert report.agency_confidence > 0.9
    assert report.year_confidence > 0.9


def test_a_title_inside_one_long_line() -> None:
    line = "索引号 A-2024-7 当前位置:首页>年报 临川市财政局2023年政府信息公开工作年度报告 2024年1月16日 一、总体情况 "
    report = read_report(text_to_document(line + "本机关按照要求推进公开。" * 12))
    assert (report.agency, report.year) == ("临川市财政局", 2023)
    assert report.title == "临川市财政局2023年政府信息公开工作年度报告"


def test_script() -> None:
    assert read_report(text_to_document("臨川市環保局2020年政府信息公開工作年度報告")).script == "hant"
    assert read_report(text_to_document("临川市环保局2020年政府信息公开工作年度报告")).script == "hans"


def test_without_title_the_contact_sentence_names_the_agency() -> None:
    report = read_report(text_to_document(f"{PERIOD}如有疑问，请与临川市南湾区人民政府办公室联系（地址：某路1号）。"))
    assert (report.title, report.agency, report.year) == (None, "临川市南湾区人民政府办公室", 2023)
    assert 0 < report.agency_confidence < 0.95


def test_the_division_to_ask_is_not_the_agency() -> None:
    for division in ("综合科", "政务公开科", "法规股"):
        text = f"{PERIOD}如有疑问，请与临川市南湾区人民政府办公室{division}联系（地址：某路1号）。"
        assert read_report(text_to_document(text)).agency == "临川市南湾区人民政府办公室"


def test_the_compiler_gives_the_full_name_that_the_title_shortens() -> None:
    text = f"南湾区人民政府\n2023年政府信息公开工作年度报告\n本报告由临川市南\n湾区人民政府办公室根据条例编制。{PERIOD}"
    report = read_report(text_to_document(text))
    assert (report.agency, report.year) == ("临川市南湾区人民政府办公室", 2023)


def test_the_signature_names_the_agency() -> None:
    report = read_report(text_to_document("一、总体情况\n2023年，我局工作有序。\n临川市财政局\n2024年1月17日\n"))
    assert (report.agency, report.year) == ("临川市财政局", 2023)


@pytest.mark.parametrize(
    "words", ["现将{}2023年政府信息公开工作情况报告如下", "现公布{}2023年度政府信息公开工作年度报告"]
)
def test_the_announcement_names_the_agency(words: str) -> None:
    report = read_report(text_to_document(f"按照条例要求，{words.format('临川市财政局')}。"))
    assert (report.agency, report.year) == ("临川市财政局", 2023)
    assert read_report(text_to_document("现将我局2023年政府信息公开工作情况报告如下。")).agency is None


def test_title_of_the_page_serves_where_the_text_has_none() -> None:
    title = "临川市财政局2023年政府信息公开工作年度报告_门户网站"
    report = read_report(html_to_document(f"<html><head><title>{title}</title></head><body>一、总体情况</body></html>"))
    assert (report.agency, report.year) == ("临川市财政局", 2023)


def test_date_of_publication_is_not_the_year() -> None:
    report = read_report(
        text_to_document("发布日期：2024年1月17日\n2023年，全局公开信息。2023年受理申请。2024年1月20日")
    )
    assert report.year == 2023
    assert report.year_confidence < 0.9


def test_title_against_period_is_less_sure() -> None:
    report = read_report(text_to_document(f"临川市财政局2022年政府信息公开工作年度报告\n{PERIOD}"))
    assert report.year == 2022
    assert report.year_confidence < 0.9


@pytest.mark.parametrize("text", ["规章\n0\n0\n", "《政府信息公开工作年度报告格式》规定如下", "公开" * 50_000 + "报告"])
def test_what_is_not_said_is_none(text: str) -> None:
    report = read_report(text_to_document(text))
    assert (report.title, report.agency, report.year) == (None, None, None)
    assert (report.agency_confidence, report.year_confidence) == (0.0, 0.0)


def form(value: str, heading: str) -> Document:
    lines = [heading]
    for table in TABLES:
        for row in template(table, "2021").rows:
            lines += [*row.under, *(c.label for c in row.columns), f"{row.label} | " + f"{value} | " * len(row)]
    return text_to_document("\n".join(lines))


NOTICE = "关于印发政府信息公开工作年度报告格式的通知\n（单位名称）20XX年政府信息公开工作年度报告\n请于1月31日前报送"


def test_empty_forms_inside_notices() -> None:
    assert is_empty_form(form("", NOTICE))
    assert not is_empty_form(form("0", NOTICE))
    assert not is_empty_form(form("7", "临川市财政局2023年政府信息公开工作年度报告"))
    assert not is_empty_form(form("", "临川市财政局2023年政府信息公开工作年度报告"))
    assert not is_empty_form(text_to_document(NOTICE))


OLD_STATISTICS = """政府信息公开情况统计表
统计指标 | 单位 | 统计数
甲 | 乙 | 1
一、主动公开情况
（一）主动公开政府信息数 | 条 | 120
其中：主动公开规范性文件数 | 条 | 3
制发规范性文件总数 | 件 | 3
三、依申请公开情况
（一）收到申请数 | 件 | 4
1.当面申请数 | 件 | 1
3.网络申请数 | 件 | 3
（二）申请办结数 | 件 | 4
1.按时办结数 | 件 | 4
"""
OLD_NARRATIVE = """临川市财政局2016年政府信息公开工作年度报告
一、概述
二、主动公开政府信息的情况
三、依申请公开政府信息办理情况
四、政府信息公开的收费及减免情况
五、因政府信息公开申请行政复议、提起行政诉讼的情况
六、存在的主要问题和改进措施
"""


@pytest.mark.parametrize("text", [OLD_STATISTICS, OLD_NARRATIVE, OLD_NARRATIVE.replace("\n", " ")])
def test_reports_of_before_2019(text: str) -> None:
    assert is_pre_2019(text_to_document(text))


@pytest.mark.parametrize("year", ["2019", "2021"])
def test_reports_of_the_new_forms_are_not_of_before_2019(year: str) -> None:
    rows = "\n".join(row.label for table in TABLES for row in template(table, year).rows)
    columns = "\n".join({c.label for table in TABLES for row in template(table, year).rows for c in row.columns})
    assert not is_pre_2019(text_to_document(f"第二十条第（一）项\n三、本年度办理结果\n{rows}\n{columns}"))


def test_new_outline_without_tables_is_not_of_before_2019() -> None:
    text = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    text += "四、政府信息公开行政复议、行政诉讼情况\n"
    assert not is_pre_2019(text_to_document(text + "五、存在的主要问题及改进情况\n六、其他需要报告的事项\n收费 0"))
