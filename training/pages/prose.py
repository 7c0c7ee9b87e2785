"""Neutral sentences around the tables, full of counts that belong to no cell, and the headings of the sections."""

from random import Random

INTRO = (
    "本报告依照《中华人民共和国政府信息公开条例》第五十条编写,数据统计期为{year}年1月1日至12月31日。",
    "按照条例要求,现将{agency}{year}年政府信息公开工作情况报告如下,全文共{few}个部分。",
    "本年度报告由总体情况等六个部分组成,所列数据截至{year}年12月31日。电话:0{n}-{big},邮编:{post}。",
    "如对本报告有疑问,请联系{agency}办公室(地址:人民路{n}号,邮编:{post})。",
)
GENERAL = (
    "{year}年,{agency}坚持公开为常态,稳步做好各项信息公开工作。",
    "全年通过门户网站公开各类信息{n}条,其中工作动态{m}条、通知公告{k}条。",
    "一年来新增政策解读{few}篇,回应群众留言{m}条,办结率{percent}%。",
    "本年度共制发规范性文件{few}件,废止{k}件,现行有效{m}件。",
    "(一)主动公开。政务新媒体推送信息{n}期,阅读量{big}次。",
    "(二)依申请公开。全年收到申请{n}件,其中自然人{m}件、企业{k}件,均按期答复。",
    "(二)依申请公开。本年未收到政府信息公开申请,未发生行政复议、行政诉讼。",
    "(三)政府信息管理。对{n}条历史信息逐一核对,更新{m}条,下线{k}条。",
    "(四)平台建设。栏目由{m}个调整为{k}个,专区接待查询{n}人次。",
    "(五)监督保障。组织培训{few}次,参训{m}人次,抽查{k}次,未发生责任追究。",
    "3.梳理目录{n}项,形成清单{few}份,并在第{few}季度完成公示。",
    "行政许可{n}件,行政处罚{m}件,收费{k}万元,均已在网上公示。",
    "共答复申请{n}件,予以公开{m}件,部分公开{k}件,结转下年度{few}件。",
)
REVIEW = (
    "{year}年因信息公开引发的行政复议{few}件,维持{k}件;行政诉讼{m}件,其中未经复议直接起诉{few}件。",
    "本年度办理行政复议{n}件,结果维持{m}件,尚未审结{k}件。",
    "全年没有发生政府信息公开方面的行政复议和行政诉讼。",
)
AFTER = (
    "一年来工作虽有进步,但解读形式还比较单一,队伍业务水平有待提高。",
    "下一步将从{few}个方面改进:一是健全机制,二是充实力量,三是扩大宣传。",
    "{next}年计划开展培训{few}次,公开重点领域信息{n}条以上。",
    "存在的不足主要有:部分栏目更新不够及时,公开内容不够具体。",
)
OTHER = (
    "依据信息处理费管理办法,本年度收取信息处理费{zero}元。",
    "本机关{year}年没有收取信息处理费,无其他需要报告的事项。",
    "承办人大建议{few}件、政协提案{k}件,全部按时办复。",
)
TABLE_NOTES = (
    "注:以上数据由各科室{year}年12月31日填报。",
    "说明:现行有效件数含往年制发的{n}件。",
    "另有其他主动公开文件{n}件,上年为{m}件。",
    "(数据来源:政务公开管理系统,共{n}条)",
)
MENU = (
    "首页 政务公开 办事服务 互动交流 政务数据",
    "当前位置:首页>政府信息公开>政府信息公开年报>{year}年",
    "网站首页 | 政府信息公开 | 规章 | 行政许可 | 行政处罚 | 联系我们",
    "字体:【大 中 小】 打印 分享 访问次数:{n}",
)
FOOTER = (
    "主办:{agency} 备案号:{big}号 网站标识码:{big}{few}",
    "扫一扫在手机打开当前页",
    "附件:{agency}{year}年政府信息公开工作年度报告.pdf",
    "{agency}\n{next}年1月{few}日",
    "版权所有 {agency} 您是第{big}位访问者",
    "上一篇:{agency}{last}年政府信息公开工作年度报告",
)
DATE = (
    "发布时间:{next}-01-{day}",
    "发布日期:{next}-01-{day} 访问次数:{n}",
    "{next}年1月{few}日 来源:{agency}",
)

_HEADINGS = (
    ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"),
    ("四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"),
)
HEADINGS = _HEADINGS[0] + _HEADINGS[1]


def fill(rng: Random, sentence: str, agency: str, year: int) -> str:
    """A sentence with its numbers drawn."""
    return sentence.format(
        agency=agency,
        year=year,
        next=year + 1,
        last=year - 1,
        n=rng.randint(1, 2000),
        m=rng.randint(0, 120),
        k=rng.randint(0, 30),
        few=rng.randint(1, 9),
        big=rng.randint(10000, 9999999),
        post=rng.randint(100000, 899999),
        percent=rng.randint(80, 100),
        day=rng.randint(10, 28),
        zero=rng.choice(("0", "0", "0", str(rng.randint(50, 5000)))),
    )


def draw_sentences(rng: Random, pool: tuple[str, ...], count: int, agency: str, year: int) -> list[str]:
    """`count` different sentences of a pool, or the whole pool."""
    return [fill(rng, sentence, agency, year) for sentence in rng.sample(pool, min(count, len(pool)))]


def draw_headings(rng: Random) -> list[str]:
    """The six headings as a report writes them: mostly official, else one of the ways they go wrong."""
    headings = list(HEADINGS)
    if rng.random() < 0.3:
        headings[1] = "二、主动公开政府信息的情况"
    if rng.random() < 0.06:
        headings[0] = rng.choice(("一、工作开展情况", "一、工作基本情况", "一、概述"))
    return headings


def spoil_headings(rng: Random, headings: list[str]) -> list[str]:
    """Headings with their numerals lost, wrong, repeated or in another style, a typo, or one of them missing."""
    way = rng.choice(("no_numerals", "digits", "shifted", "numeral_lost", "repeated", "typo", "missing_third"))
    bare = [heading.split("、", 1)[1] for heading in headings]
    spoilt = list(headings)
    if way == "no_numerals":
        spoilt = bare
    elif way == "digits":
        spoilt = [f"{place + 1}、{text}" for place, text in enumerate(bare)]
    elif way == "shifted":
        spoilt = [bare[0], *(f"{numeral}、{text}" for numeral, text in zip("一二三四五", bare[1:], strict=True))]
    elif way == "numeral_lost":
        place = rng.randrange(1, 4)
        spoilt[place] = "、" + bare[place]
    elif way == "repeated":
        spoilt[1] = "一、" + bare[1]
    elif way == "typo":
        spoilt[1] = spoilt[1].replace("政府信息", "政府政府")
    else:
        spoilt[2] = ""
    return spoilt
