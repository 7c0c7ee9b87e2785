"""Kinds without the tables: linked pictures, annexes, frames, pages that are no report, and empty forms.

Nothing of a table is in these sources, and nobody may be told that the report lacks it."""

from dataclasses import replace
from random import Random

from gouji.forms import TABLES
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document
from training.pages.decoys import INDICATORS
from training.pages.page import Page, Truth, change_values, draw_page, page_to_html, page_to_text, page_to_truth
from training.pages.sheets import Sheet
from training.pages.writers import FIRST, OMIT, grid_to_markdown, grid_to_pipes, sheet_to_grid, sheet_to_html

_NUMBERS = dict(zip(TABLES, ("二", "三", "四"), strict=True))
_PLACES = dict(zip(TABLES, (1, 2, 3), strict=True))


def _gone(rng: Random) -> tuple[str, ...]:
    """All tables, or some of them."""
    return TABLES if rng.random() < 0.6 else tuple(rng.sample(TABLES, rng.randint(1, 2)))


def _text(page: Page, gone: tuple[str, ...], say: dict[str, str], ending: str = "txt") -> Foreign:
    def write(sheet: Sheet) -> list[str]:
        return [say[sheet.table]] if sheet.table in gone else grid_to_pipes(sheet_to_grid(sheet, OMIT))

    return text_document(page_to_text(page, write), page_to_truth(page, elsewhere=gone), ending=ending)


def _html(page: Page, gone: tuple[str, ...], say: dict[str, str]) -> Foreign:
    html = page_to_html(page, lambda sheet: say[sheet.table] if sheet.table in gone else sheet_to_html(sheet))
    return text_document(html, page_to_truth(page, elsewhere=gone), ending="html")


@rendering("linked_pictures", VALIDATION)
def img_tags(rng: Random) -> Foreign:
    """`<img src>` where the tables should be."""
    base = f"/upload/{rng.randint(2020, 2025)}/{rng.randint(1000, 9999)}"
    say = {
        t: f'<p align="center"><img src="{base}/{rng.randint(10**6, 10**7)}.jpg" width="620" alt=""></p>'
        for t in TABLES
    }
    return _html(draw_page(rng), _gone(rng), say)


@rendering("linked_pictures", VALIDATION)
def markdown_pictures(rng: Random) -> Foreign:
    """`![](images/…)`, as converters to Markdown leave it."""
    say = {t: f"![](images/{rng.randbytes(8).hex()}.jpg)" for t in TABLES}
    return _text(draw_page(rng), _gone(rng), say, "md")


@rendering("linked_pictures", TEST)
def lazy_pictures(rng: Random) -> Foreign:
    """Pictures that a script loads later, and figures with captions."""
    say = {
        t: f'<figure><img data-src="https://img.example.cn/{rng.randbytes(6).hex()}.png" class="lazy">'
        f"<figcaption>表{_NUMBERS[t]}</figcaption></figure>"
        for t in TABLES
    }
    return _html(draw_page(rng), _gone(rng), say)


@rendering("linked_pictures", TEST)
def picture_marks(rng: Random) -> Foreign:
    """A mark in the text where a picture was."""
    mark = rng.choice(("<!-- image -->", "[图片]", "[image: image1.png]", "(图片)", "[[IMG_{n}]]", "<图片>"))
    say = {t: mark.format(n=_PLACES[t]) for t in TABLES}
    return _text(draw_page(rng), _gone(rng), say)


@rendering("annex", VALIDATION)
def see_annex(rng: Random) -> Foreign:
    """详见附件, 见附表, in the text."""
    form = rng.choice(("详见附件{k}。", "见附表{k}", "具体数据见附件。", "(表格附后)", "情况详见附表{k}:表{n}"))
    say = {t: form.format(k=_PLACES[t], n=_NUMBERS[t]) for t in TABLES}
    return _text(draw_page(rng), _gone(rng), say)


@rendering("annex", TEST)
def linked_annex(rng: Random) -> Foreign:
    """A link to a file in place of the table."""
    ending = rng.choice(("xls", "docx", "pdf"))
    say = {
        t: f'<p>附件{_PLACES[t]}:<a href="./P0{rng.randint(10**9, 10**10)}.{ending}">表{_NUMBERS[t]}.{ending}</a></p>'
        for t in TABLES
    }
    return _html(draw_page(rng), _gone(rng), say)


@rendering("annex", TEST)
def annexed_below(rng: Random) -> Foreign:
    """Sentences that send the reader elsewhere."""
    form = rng.choice(
        ("相关统计数据请下载附件查看。", "数据表格请点击页面底部附件。", "统计表另附。", "扫描件见附件{k}")
    )
    say = {t: form.format(k=_PLACES[t]) for t in TABLES}
    return _text(draw_page(rng), _gone(rng), say)


@rendering("frame", VALIDATION)
def inner_frame(rng: Random) -> Foreign:
    """An `<iframe>` holds the table."""
    say = {t: f'<iframe src="/tables/{rng.randint(100, 999)}.html" width="100%" height="500"></iframe>' for t in TABLES}
    return _html(draw_page(rng), _gone(rng), say)


@rendering("frame", TEST)
def embedded_file(rng: Random) -> Foreign:
    """The whole report is a PDF that the page embeds."""
    page = draw_page(rng)
    tag = rng.choice(
        ('<embed src="{f}" type="application/pdf">', '<object data="{f}" type="application/pdf"></object>')
    )
    frame = tag.format(f=f"/attach/{rng.randbytes(4).hex()}.pdf")
    html = f"<html><head><title>{page.title}</title></head><body><h1>{page.title}</h1>{frame}</body></html>"
    return text_document(html, page_to_truth(page, elsewhere=TABLES), ending="html")


def _nothing() -> Truth:
    return {"agency": None, "year": None, "tables": {t: {"form": None, "elsewhere": True} for t in TABLES}}


def _web_page(title: str, body: str) -> Foreign:
    html = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return text_document(html, _nothing(), ending="html")


@rendering("no_report", VALIDATION)
def error_page(rng: Random) -> Foreign:
    """The page is gone, or the server is ill."""
    title, said = rng.choice((
        ("404 - 页面未找到", "抱歉,您要找的页面不存在,可能已被移动或删除。"),
        ("500 Internal Server Error", "服务器内部错误,请稍后再试。"),
        ("提示信息", "该文章已下线,5秒后返回首页"),
        ("访问被拒绝", f"您的请求被防火墙拦截,事件编号{rng.randint(10**8, 10**9)}"),
    ))  # fmt: skip
    return _web_page(title, f"<h2>{title}</h2><p>{said}</p><a href='/'>返回首页</a>")


@rendering("no_report", VALIDATION)
def captcha_page(rng: Random) -> Foreign:
    """A captcha or a log-in in front of the report."""
    said = rng.choice(("请输入图中的验证码以继续访问", "检测到异常访问,请完成安全验证", "请先登录后查看全文"))
    return _web_page("安全验证", f"<form><p>{said}</p><input name=code><button>确定</button></form>")


@rendering("no_report", VALIDATION)
def circular(rng: Random) -> Foreign:
    """A circular about the reports, no report."""
    year = rng.randint(2019, 2024)
    lines = (
        f"关于做好{year}年政府信息公开工作年度报告编制发布工作的通知",
        "各科室、各直属单位:",
        f"请于{year + 1}年1月{rng.randint(8, 25)}日前报送本单位年度报告,有关要求如下:",
        "一、报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、行政复议和行政诉讼情况等六部分组成。",
        "二、数据要真实准确,符合勾稽关系,统计时段为1月1日至12月31日。",
        f"联系人:办公室,电话{rng.randint(10**6, 10**7)}。",
    )
    return text_document("\n".join(lines) + "\n", _nothing())


@rendering("no_report", TEST)
def blocked_page(rng: Random) -> Foreign:
    """A script that would load the page, or a notice that it does not run."""
    said = rng.choice(
        ("您的浏览器不支持JavaScript,请启用后刷新页面。", "正在跳转,请稍候……", "Access Denied (403)", "系统维护中")
    )
    return _web_page(
        "",
        f"<noscript>{said}</noscript><div id=app></div><p>{said}</p>"
        f"<script src=/js/app.{rng.randbytes(3).hex()}.js></script>",
    )


@rendering("no_report", TEST)
def other_statistics(rng: Random) -> Foreign:
    """Another yearly table with similar words and many numbers."""
    year = rng.randint(2019, 2024)
    lines = [
        f"{year}年度行政执法统计年报",
        f"(统计期间:{year}年1月1日至12月31日)",
        "",
        "| 执法类别 | 件数 | 金额(元) |",
        "|---|---|---|",
    ]
    for name in ("行政检查", "行政征收", "行政裁决", "行政确认", "行政奖励", "行政给付"):
        lines.append(f"| {name} | {rng.randint(0, 4000)} | {rng.randint(0, 90000)} |")
    lines += [f"被申请行政复议{rng.randint(0, 20)}件,提起行政诉讼{rng.randint(0, 20)}件。"]
    return text_document("\n".join(lines) + "\n", _nothing(), ending="md")


@rendering("no_report", TEST)
def old_indicators(rng: Random) -> Foreign:
    """The statistics form of the years before 2019, by itself."""
    lines = ["政府信息公开情况统计表", f"({rng.randint(2012, 2017)}年度)", "统计指标\t单位\t统计数"]
    for name, unit in INDICATORS:
        lines.append(f"{name}\t{unit}\t{rng.choice((0, rng.randint(1, 900)))}" if unit else name)
    return text_document("\n".join(lines) + "\n", _nothing())


def _empty_form(rng: Random) -> Page:
    page = draw_page(rng)
    return change_values(page, lambda text: "")


def _form_truth() -> Truth:
    """An empty form holds no number; to call its tables missing, or found and blank, is both right if unsure."""
    return _nothing()


@rendering("empty_form", VALIDATION)
def circular_with_form(rng: Random) -> Foreign:
    """A circular with the form as its annex."""
    form = _empty_form(rng)
    lines = [
        "关于报送政府信息公开工作年度报告的通知",
        "现将报告格式印发给你们,请按时填报。",
        "附件:政府信息公开工作年度报告(格式)",
    ]
    for table in TABLES:
        lines += [form.sections[table][0], *grid_to_pipes(sheet_to_grid(form.sheets[table], FIRST))]
    return text_document("\n".join(lines) + "\n", _form_truth())


@rendering("empty_form", TEST)
def form_page(rng: Random) -> Foreign:
    """The form as a web page, its blanks no-break blanks."""
    form = change_values(draw_page(rng), lambda text: "\u00a0")
    form = replace(
        form,
        before=("一、总体情况", "(填写说明:简要概述)"),
        after=("五、存在的主要问题及改进情况", "六、其他需要报告的事项"),
    )
    report = replace(form.report, title="(单位名称)____年政府信息公开工作年度报告")
    html = page_to_html(replace(form, report=report), lambda sheet: sheet_to_html(sheet))
    return text_document(html, _form_truth(), ending="html")


@rendering("empty_form", TEST)
def form_in_markdown(rng: Random) -> Foreign:
    """The form in Markdown."""
    form = _empty_form(rng)
    lines = ["# 政府信息公开工作年度报告格式(模板)", ""]
    for table in TABLES:
        lines += [form.sections[table][0], "", *grid_to_markdown(sheet_to_grid(form.sheets[table], "repeat")), ""]
    return text_document("\n".join(lines) + "\n", _form_truth(), ending="md")
