"""What looks like the tables and is not: metadata tables, tables of contents, form notices, older statistics."""

from random import Random

from training.pages.prose import HEADINGS

INDICATORS = (
    ("一、主动公开情况", None),
    ("(一)主动公开政府信息数", "条"),
    ("其中:主动公开规范性文件数", "条"),
    ("制发规范性文件总数", "件"),
    ("(二)通过不同渠道和方式公开政府信息的情况", None),
    ("1.政府公报公开政府信息数", "条"),
    ("2.政府网站公开政府信息数", "条"),
    ("3.政务微博公开政府信息数", "条"),
    ("二、回应解读情况", None),
    ("(一)回应公众关注热点或重大舆情数", "次"),
    ("三、依申请公开情况", None),
    ("(一)收到申请数", "件"),
    ("1.当面申请数", "件"),
    ("(二)申请办结数", "件"),
    ("1.按时办结数", "件"),
    ("(三)申请答复数", "件"),
    ("1.属于已主动公开范围数", "件"),
    ("2.同意公开答复数", "件"),
    ("4.不同意公开答复数", "件"),
    ("涉及国家秘密", "件"),
    ("四、行政复议数量", "件"),
    ("(一)维持具体行政行为数", "件"),
    ("五、行政诉讼数量", "件"),
    ("六、举报投诉数量", "件"),
    ("七、依申请公开信息收取的费用", "万元"),
    ("八、机构建设和保障经费情况", None),
    ("(一)政府信息公开工作专门机构数", "个"),
)


def metadata_lines(rng: Random, agency: str, year: int) -> list[str]:
    """The 索引号 table that a site puts before the text, as lines with pipes or blanks."""
    number = f"{rng.randint(10**7, 10**8)}/{year + 1}-{rng.randint(1, 99999):05d}"
    if rng.random() < 0.5:
        return [
            f"索 引 号: | {number} | 成文日期: | {year + 1}-01-{rng.randint(10, 28)} |",
            f"公开方式: | 主动公开 | 发布机构: | {agency} |",
            "文件编号: | 无 | 有效性: | 有效 |",
        ]
    return [
        f"索引号 {number} 成文日期 {year + 1}-01-{rng.randint(10, 28)}",
        f"发布机构 {agency} 文号 无 公开方式 主动公开",
    ]


def contents_lines(rng: Random, headings: tuple[str, ...] = HEADINGS) -> list[str]:
    """A table of contents that repeats every heading with dots and a page number."""
    page = 1
    lines = ["目 录"]
    for heading in headings:
        lines.append(f"{heading}{'.' * rng.randint(6, 20)}{page}")
        page += rng.randint(0, 2)
    return lines


def form_notice_lines() -> list[str]:
    """A notice that names the tables of the form without holding them."""
    return [
        "相关文件:关于印发政府信息公开工作年度报告格式的通知",
        "格式要求:报告应包括主动公开政府信息情况表、收到和处理政府信息公开申请情况表、行政复议和行政诉讼情况表。",
    ]


def indicator_lines(rng: Random) -> list[str]:
    """L14: the statistics appendix of older reports, one indicator a line."""
    separator = rng.choice((" | ", " ", "\t"))
    lines = [separator.join(("统计指标", "单位", "统计数"))]
    for name, unit in INDICATORS:
        lines.append(separator.join((name, unit, str(rng.choice((0, 0, rng.randint(1, 900)))))) if unit else name)
    return lines


def narrative_lines(rng: Random, year: int) -> list[str]:
    """L13: an older report, all figures in sentences."""
    return [
        "一、概述",
        f"{year}年本机关认真落实条例,主动公开信息{rng.randint(10, 900)}条。",
        "二、主动公开政府信息的情况",
        f"全年主动公开政府信息{rng.randint(10, 900)}条,其中规范性文件{rng.randint(0, 30)}件。",
        "三、依申请公开政府信息办理情况",
        f"共受理申请{rng.randint(0, 60)}件,同意公开{rng.randint(0, 40)}件,不予公开{rng.randint(0, 9)}件。",
        "四、政府信息公开的收费及减免情况",
        "未收取任何费用。",
        "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
        f"发生行政复议{rng.randint(0, 3)}件,未发生行政诉讼。",
        "六、存在的主要问题和改进措施",
    ]
