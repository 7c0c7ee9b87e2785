"""Which characters Chinese reports are written in, and which labels of the official form a text holds.

What tells text that was decoded rightly from text that was not: a wrong decoding hardly ever gives the characters that
every report repeats, and never a label of the form.
"""

import re
from functools import cache, lru_cache

from gouji.forms import FORMS, TABLES, heading, template
from gouji.text.folding import squash

# The words of these reports and of any Chinese prose, in both scripts.
FREQUENT = frozenset(
    "的一是不在有人和为对以本年度月日政府信息公开工作报告情况主动申请件数量总计其他合行规范性文处理许可罚强制收费金额"
    "单位自然法商业企科研机构社会益组织服务新上结转下予部分免属于国家秘密安全提供补正重复出版持纠果未审维议诉讼"
    "為對開報況動請數總計規範處許強製費額單業機構會織務結轉屬於國補複維議訴訟個這來時說們我你他大中到要就出也"
    "：，。、（）(),.:;0123456789\n "
)
IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SHORTEST_LABEL = 4  # characters: shorter ones stand in any prose
# Characters besides ideographs that healthy reports are printed with: punctuation, forms of width, signs, bullets,
# boxes, numbers in circles, radicals, and the letters of bracketed readings.
_PRINTED = re.compile(
    "[\x09-\x0d\x20-\x7e\xa0\xa7\xa9\xad\xae\xb0\xb1\xb2\xb3\xb7\xb9\xd7\xf7\u2000-\u206f\u2070-\u2bff\u2e80-\u2fdf"
    "\u3000-\u303f\u3200-\u33ff\ufe30-\ufe4f\ufe50-\ufe6f\uff01-\uff5e\uffe0-\uffe6\ufeff\ufe0e\ufe0f\ufffc\u30fb"
    "àáèéìíòóùúüêāēīōūǎěǐǒǔǖǘǚǜɡ\u0300-\u030c]"
)
# What stands around the tables of every report.
_PHRASES = (
    "政府信息公开工作年度报告",
    "年度工作报告",
    "一、总体情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
    "信息内容",
    "本年新公开数量",
    "本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和",
    "申请人情况",
    "法人或其他组织",
    "行政复议",
    "行政诉讼",
    "未经复议直接起诉",
    "复议后起诉",
    "人民政府",
    "办公室",
    "委员会",
    "工作情况",
    "主动公开",
    "依申请公开",
    "收到申请",
    "监督保障",
    "平台建设",
    "2023年1月1日",
    "0条,",
    "0件。",
    "来源:",
    "全年",
)


@cache
def common_ideographs() -> frozenset[str]:
    """Level 1 of GB2312 and of Big5: the ideographs in daily use in either script."""
    simplified = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    traditional = (bytes((high, low)) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return frozenset(
        "".join(pair.decode("gb2312", errors="ignore") for pair in simplified)
        + "".join(pair.decode("big5", errors="ignore") for pair in traditional)
    )


@lru_cache(maxsize=16384)
def is_odd(character: str) -> bool:
    """Whether a character is none that reports are usually printed in: a rare ideograph, a letter of another script."""
    return character not in common_ideographs() and _PRINTED.match(character) is None


@cache
def official_labels() -> frozenset[str]:
    """The labels of rows, groups and columns of all forms, as squash() gives them."""
    words = {squash(phrase) for phrase in (*map(heading, TABLES), *_PHRASES)}
    return frozenset(filter(None, map(squash, report_phrases()))) - words


@cache
def report_bigrams() -> frozenset[str]:
    """Pairs of neighbouring characters in the labels and headings of the form and in what reports say (folded)."""
    phrases = [any_digit(squash(phrase)) for phrase in report_phrases()]
    return frozenset(phrase[i : i + 2] for phrase in phrases for i in range(len(phrase) - 1))


def any_digit(text: str) -> str:
    """The text with one digit for all digits."""
    return re.sub("[0-9]", "0", text)


@cache
def report_phrases() -> frozenset[str]:
    """Labels and headings as the official forms print them, and what every report says around its tables."""
    labels = {*map(heading, TABLES), *_PHRASES}
    for table in TABLES:
        for form in FORMS:
            for row in template(table, form).rows:
                labels |= {row.label, *row.under}
                labels |= {label for column in row.columns for label in (column.label, *column.under)}
    return frozenset(labels)


@cache
def _telling_labels() -> tuple[str, ...]:
    bare = {
        re.sub(r"^(?:[0-9]+[.、]|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、)|\(.*$", "", label)
        for label in official_labels()
    }
    return tuple(sorted(label for label in bare if len(label) >= _SHORTEST_LABEL))


def count_labels(text: str) -> int:
    """How many different labels of the official forms a text holds, in either script."""
    squashed = squash(text)
    return sum(label in squashed for label in _telling_labels())
