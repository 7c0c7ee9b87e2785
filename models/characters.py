"""Which characters Chinese reports are written in, and which labels of the official form a text holds.

What tells text that was decoded rightly from text that was not: a wrong decoding hardly ever gives the characters that
every report repeats, and never a label of the form.
"""

import re
from functools import cache

from models.folding import squash
from models.forms import FORMS, TABLES, template

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


@cache
def common_ideographs() -> frozenset[str]:
    """Level 1 of GB2312 and of Big5: the ideographs in daily use in either script."""
    simplified = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    traditional = (bytes((high, low)) for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    return frozenset(
        "".join(pair.decode("gb2312", errors="ignore") for pair in simplified)
        + "".join(pair.decode("big5", errors="ignore") for pair in traditional)
    )


@cache
def is_odd(character: str) -> bool:
    """Whether a character is none that reports are usually printed in: a rare ideograph, a letter of another script."""
    return character not in common_ideographs() and _PRINTED.match(character) is None


@cache
def official_labels() -> frozenset[str]:
    """The labels of rows, groups and columns of all forms, as squash() gives them."""
    labels = set()
    for table in TABLES:
        for form in FORMS:
            for row in template(table, form).rows:
                labels |= {row.label, *row.under}
                for column in row.columns:
                    labels |= {column.label, *column.under}
    return frozenset(filter(None, map(squash, labels)))


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
