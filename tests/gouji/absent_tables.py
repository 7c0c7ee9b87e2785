"""Sources that lack tables, of many kinds, made of official labels and prose of our own, for tests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template

TITLE = "临川市水务局2023年政府信息公开工作年度报告"
HEADINGS = {
    ACTIVE_DISCLOSURE: "二、主动公开政府信息情况",
    APPLICATIONS: "三、收到和处理政府信息公开申请情况",
    REVIEW_LITIGATION: "四、政府信息公开行政复议、行政诉讼情况",
}
OPENING = "本报告按照条例的要求编制。\n一、总体情况\n本年公开各类信息41条，收到申请3件，均已答复。"
CLOSING = "五、存在的主要问题及改进情况\n公开的内容还不够具体。\n六、其他需要报告的事项\n没有其他需要报告的事项。"
SIGNED = "临川市水务局\n2024年1月16日"
NOTICE = "关于印发政府信息公开工作年度报告格式的通知"
PATTERN = "（单位名称）20XX年政府信息公开工作年度报告"
OLD_OUTLINE = """临川市水务局2016年政府信息公开工作年度报告
一、概述
本年公开信息12条。
二、主动公开政府信息情况
公开信息12条。
三、依申请公开政府信息办理情况
受理申请2件。
四、政府信息公开的收费及减免情况
没有收费。
五、因政府信息公开申请行政复议、提起行政诉讼的情况
没有发生。
附件：政府信息公开情况统计表"""


def rows_of(table: str, value: str = "0", rows: int | None = None) -> str:
    """A table of the form of 2021, a row a line, cells between pipes; the first `rows` of its rows."""
    lines: list[str] = []
    filled = template(table, "2021")
    if filled.side_by_side:
        lines += [" | ".join(row.label for row in filled.rows)]
        lines += [" | ".join(column.label for row in filled.rows for column in row.columns)]
        return "\n".join([*lines, " | ".join([value] * len(filled.cells)) + " |"])
    above: tuple[str, ...] = ()
    for row in filled.rows[:rows]:
        if table == ACTIVE_DISCLOSURE and row.under != above:
            lines += [row.under[0], " | ".join(["信息内容", *(column.label for column in row.columns)])]
        if table == APPLICATIONS and not lines:
            lines.append(" | ".join(["申请人情况", *(column.label for column in row.columns)]))
        above = row.under
        lines.append(" | ".join([row.label, *[value] * len(row)]) + " |")
    return "\n".join(lines)


def report(
    bodies: Mapping[str, str] | str = "", *, title: str = TITLE, opening: str = OPENING, closing: str = CLOSING
) -> str:
    """A report with something under the heading of each table (one text for all of them); "" is nothing at all."""
    under = {table: bodies if isinstance(bodies, str) else bodies.get(table, "") for table in TABLES}
    parts = [title, opening]
    for table in TABLES:
        parts += [HEADINGS[table], under[table]]
    return "\n".join(part for part in [*parts, closing] if part)


WHOLE = {table: rows_of(table) for table in TABLES}
EMPTY = {table: rows_of(table, " ") for table in TABLES}


def without(table: str, body: str = "") -> dict[str, str]:
    """The bodies of a report that has the other two tables."""
    return {**WHOLE, table: body}


def up_to(table: str, bodies: Mapping[str, str]) -> str:
    """A report that breaks off before the heading of a table."""
    return report(bodies, closing="").split(HEADINGS[table])[0]


def page(body: str, title: str = TITLE) -> bytes:
    """An HTML page with a paragraph for each line."""
    told = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in body.split("\n") if line)
    html = f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>{told}</body></html>"
    return html.encode()


def drop(text: str, table: str) -> str:
    """A report without the section of a table, heading and all."""
    return text.replace(f"{HEADINGS[table]}\n{WHOLE[table]}\n", "")


@dataclass(frozen=True, slots=True)
class Away:
    """A source, the codes that it has to be told with (`table_missing` aside), and the tables that it shows to be
    missing; whatever else is missing must not be surely so."""

    source: str | bytes
    codes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """The bytes of the source."""
        return self.source if isinstance(self.source, bytes) else self.source.encode()


_TWO, _THREE, _FOUR = TABLES
_ATTACHED, _PICTURE, _CUT = ("table_is_attached",), ("table_is_picture",), ("cut_off",)
_OTHER, _GARBLED = ("not_a_report",), ("garbled_text",)

_SAID = {_TWO: "本年未制发规章。", _THREE: "本年收到申请3件，公开3件。", _FOUR: "没有复议和诉讼。"}
_SAID_ONCE = without(_THREE, "本年没有收到政府信息公开申请。")
_NUMBERED_ON = drop(report(WHOLE), _FOUR).replace("五、", "四、").replace("六、", "五、")
SHOWN = {
    "sentences instead": Away(page(report(_SAID)), (), TABLES),
    "one in a sentence": Away(page(report(_SAID_ONCE)), (), (_THREE,)),
    "numbered on without it": Away(page(_NUMBERED_ON), (), (_FOUR,)),
    "outline of 2016": Away(OLD_OUTLINE, ("form_unknown",), TABLES),
}
BARE = {  # what took the text out of a page may have left the tables there
    "stripped": Away(report()),
    "stripped page": Away(page(report())),
    "sentences in a text": Away(report(_SAID)),
    "one stripped": Away(report(without(_FOUR))),
    "one stripped of a page": Away(page(report(without(_FOUR)))),
    "one row of another": Away(report({_TWO: "规章 | 0 | 1 | 3 |\n行政许可 | 7 |"})),
    "one in a sentence of a text": Away(report(_SAID_ONCE)),
    "text numbered on without it": Away(_NUMBERED_ON),
}
WORDED = {
    f"says {words}": Away(report(words), codes)
    for codes, said in (
        (
            _ATTACHED,
            "详见附件1|（见附表）|具体数据附后。|詳見附表二|見附件|详情请点击此处查看|公开情况统计表.xlsx|见下表：",
        ),
        (_ATTACHED, "见本局门户网站信息公开专栏|（略）|另附|See attachment 2|表格下载"),
        (_PICTURE, "见下图|（图片）|如圖所示|![](images/p3.png)|扫描下方二维码查看|<!-- image -->"),
    )
    for words in said.split("|")
}
POINTED = {
    "a list at the end": Away(report(closing=f"{CLOSING}\n附件：1.主动公开情况表\n2.申请情况表"), _ATTACHED),
    "one in a list": Away(report(without(_FOUR), closing=f"{CLOSING}\n附件\n1.行政复议诉讼情况表.docx"), _ATTACHED),
    "pointed to at the start": Away(report(opening=OPENING + "各项数据见文后附件。"), _ATTACHED),
    "outline of 2016 in 2020": Away(OLD_OUTLINE.replace("2016", "2020"), ("form_unknown", *_ATTACHED)),
}
OTHERS = {
    "not found": Away("404 Not Found\n抱歉，您访问的页面不存在。\n返回首页", _OTHER),
    "login": Away(page("用户登录\n用户名\n密码\n验证码\n忘记密码", "统一身份认证"), _OTHER),
    "login under the title of a report": Away(page("用户登录\n用户名\n密码\n验证码"), _OTHER),
    "captcha": Away("安全验证\n请完成下列验证后继续访问\n访问IP 10.1.22.3 请求编号 88f1", _OTHER),
    "menu": Away("首页 | 机构概况 | 政务公开 | 办事服务 | 互动交流\n1 | 2 | 3 | 4 | 5 | 下一页", _OTHER),
    "notice": Away("关于编报2023年政府信息公开工作年度报告的通知\n请于1月10日前报送。\n电话：0594-2203316", _OTHER),
    "outline in a notice": Away(f"{NOTICE}\n{report(title=PATTERN, opening='一、总体情况')}", _OTHER),
    "quarterly statistics": Away(
        "临川市水务局2023年第三季度政府信息公开情况统计表\n指标 | 单位 | 数量\n主动公开信息数 | 条 | 212\n"
        "收到申请数 | 件 | 4\n网络申请 | 件 | 3\n信函申请 | 件 | 1\n回应公众关注 | 次 | 7",
        _OTHER,
    ),
    "report on law": Away(
        "临川市水务局2023年法治政府建设年度报告\n一、总体情况\n本年办理行政许可41件，行政处罚7件。\n二、存在的主要问题\n力量不足。",
        _OTHER,
    ),
    "budget": Away(
        "临川市水务局2023年部门预算\n一、部门概况\n二、收支总表\n"
        "收入 | 支出\n1200.5 | 1200.5\n88.1 | 88.1\n三、其他需要说明的事项\n无。",
        _OTHER,
    ),
    "English": Away(
        "Annual report on open government 2023\n41 items were published. The tables are on our site.", _OTHER
    ),
    "read me": Away(
        "# openreport\nA parser of reports.\n| option | default |\n|---|---|\n| jobs | 4 |\n| tries | 3 |", _OTHER
    ),
    "a title and nothing else": Away(TITLE, _OTHER),
}
CUT = {
    "behind table two": Away(up_to(_THREE, WHOLE), _CUT),
    "first page of three": Away(up_to(_THREE, WHOLE) + "上一页 1 2 3 下一页", _CUT),
    "in a word": Away(up_to(_THREE, WHOLE) + "三、收到和处", _CUT),
    "behind a heading": Away(up_to(_FOUR, {_TWO: WHOLE[_TWO]}), _CUT),
    "in table three": Away(up_to(_FOUR, {**WHOLE, _THREE: rows_of(_THREE, rows=9)}), _CUT),
    "in the overview": Away(f"{TITLE}\n{OPENING[:-6]}", _CUT),
    "a table by itself": Away(f"{HEADINGS[_THREE]}\n{WHOLE[_THREE]}", _CUT),
}
UNTOLD = {  # doubted, and no code says why
    "headings without a closing": Away(report(closing=SIGNED)),
    "a section lost": Away(drop(report(WHOLE), _THREE)),
    "labels with too few numbers": Away(report({_TWO: "规章 | 0 | 1 |\n行政规范性文件 | 7 | 2 |"})),
    "numbers behind the closing": Away(report(closing=f"{CLOSING}\n12\n7\n0\n3\n41\n3")),
}
LOST = {  # characters that are gone for good
    "characters lost": Away(re.sub("[\u4e00-\u9fff]", "\ufffd", report(WHOLE)), _GARBLED),
}
GARBLED = {  # what can be undone; where it is not, nothing is sure
    "escapes": Away(report(WHOLE).encode("unicode_escape")),
    "entities twice over": Away(
        page("".join(f"&amp;#{ord(c)};" if ord(c) > 127 else c for c in report(WHOLE)), "report")
    ),
    "UTF-8 taken for Latin": Away(report(WHOLE).encode().decode("latin-1")),
    "GBK taken for Latin": Away(report(WHOLE).encode("gb18030").decode("latin-1")),
    "UTF-8 taken for GBK": Away(report(WHOLE).encode().decode("gb18030", errors="replace")),
}
TOLD = SHOWN | BARE | WORDED | POINTED | OTHERS | CUT | UNTOLD | LOST
