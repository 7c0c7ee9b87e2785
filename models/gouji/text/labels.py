"""The official labels as they are matched: canonical, without what somebody added, and which table they speak for."""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, FORMS, REVIEW_LITIGATION, TABLES, head, heading, template
from gouji.text.folding import squash
from gouji.text.likeness import MISMATCH, NAMES_TABLE, SAME_GROUP, is_like_any, likeness, match, without_numeral
from gouji.text.remembering import remember

# Characters that OCR takes for those of the official labels, none of which is itself in a label.
_LOOKALIKES = str.maketrans(
    "夏具攻攸贵倌恖杌夭末仪松拆仵干木子彳汁己巳汄幵",
    "复其政收费信息机关未议讼诉件于不予行计已已认开",
) | {ord("亍"): None}
HEADINGS = {  # of the sections that the tables stand in, as they are matched in canonical texts
    ACTIVE_DISCLOSURE: re.compile("主动公开.{0,8}信息.{0,4}情况"),
    APPLICATIONS: re.compile("收到.{0,3}处理.{0,10}申请.{0,3}情况"),
    REVIEW_LITIGATION: re.compile("行政复议.{0,6}诉讼.{0,3}情况"),
}
_FLOW_NOTE = "本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和"  # printed over table 三
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)  # a line end inside a cell of Markdown
_NOT_LABEL = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]")


@remember(65536)
def canonical(text: str) -> str:
    """The characters of a label that count: folded, without blanks, brackets and punctuation."""
    return _NOT_LABEL.sub("", squash(_BREAK.sub(" ", text)).translate(_LOOKALIKES))


# What somebody added to a label: an explanation in brackets behind it, marks of foot notes, 其中 before it.
_EXPLAINED = re.compile(r"\s*(?:[(（][^()（）]{1,3}[)）])?[^()（）\[\]【】〔〕]{2,}?(?=\s*[(（\[【〔])")
_FOOT_MARK = re.compile(r"(?:\s*(?:[*＊※†‡\u2460-\u2473]|[\[【(（]\s*(?:注\s*)?\d{1,2}\s*[\])）】]|注\s*\d{1,2}))+\s*$")
_OF_THESE = re.compile(r"^\s*其中\s*[:：]\s*")
_CLOSING = frozenset(")）]】〕")
# Characters of a label with its explanation from which its head is taken also where it is unknown, and of such a head.
_LONG_EXPLAINED, _LONGEST_HEAD = 40, 20


@remember(16384)
def without_explanation(text: str) -> str:
    """A label as it is printed, less the explanation, foot-note marks and 其中 that were added to it; the text itself
    where it is an official label already, or nothing is known of what would be left."""
    whole = canonical(text)
    if whole in _official() or len(whole) < 2:
        return text
    bare = _FOOT_MARK.sub("", _OF_THESE.sub("", text))
    if bare != text and canonical(bare) in _official():
        return bare
    head_of = _EXPLAINED.match(bare)
    if head_of is None or bare.rstrip()[-1] not in _CLOSING:
        return text
    short = canonical(_FOOT_MARK.sub("", head_of.group()))
    unknown = len(whole) > _LONG_EXPLAINED and 1 < len(short) <= _LONGEST_HEAD
    return head_of.group() if short in _official() or unknown else text


@cache
def _official() -> frozenset[str]:
    """Every label of every form, canonical: rows, groups, columns, and what the form before called them."""
    groups = (group for table in TABLES for form in FORMS for opened in _row_labels(table, form)[1] for group in opened)
    return frozenset(groups).union(*_rows_and_columns()) | {"规范性文件", "信息内容"}


@cache
def printed_labels() -> frozenset[str]:
    """Everything that a form prints around its values, canonical: the official labels, what stands over columns, and
    the headings of the tables."""
    over = {
        canonical(h) for t in TABLES for f in FORMS for r in template(t, f).rows for c in r.columns for h in c.under
    }
    heads = {canonical(text) for table in TABLES for text in (heading(table), head(table)) if text}
    return frozenset(over | heads).union(_official()) | {canonical(_FLOW_NOTE)}


@cache
def _row_labels(table: str, form: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rows = template(table, form).rows
    labels = tuple(canonical(row.label) for row in rows)
    groups: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for row in rows:
        opened = tuple(canonical(g) for g in row.under if g not in before)
        groups.append(opened)
        before = row.under
    return labels, tuple(groups)


@remember(65536)
def match_rows(text: str, table: str, form: str) -> NDArray[np.float32]:
    """Nats for each row of a template: array [rows, 2], column 0 for the groups that open at it, 1 for its label.

    `text` is canonical. The caller must not write into the array.
    """
    labels, groups = _row_labels(table, form)
    scores = np.full((len(labels), 2), MISMATCH, dtype=np.float32)
    if text:
        for r, label in enumerate(labels):
            scores[r, 1] = match(text, label)
            for group in groups[r]:
                scores[r, 0] = max(scores[r, 0], match(text, group))
    scores.setflags(write=False)
    return scores


@remember(16384)
def is_group(text: str) -> bool:
    """Whether a canonical text is the label of a group of rows, and nothing more."""
    groups = {group for table in TABLES for form in FORMS for opened in _row_labels(table, form)[1] for group in opened}
    return is_like_any(text, groups, SAME_GROUP)


@cache
def _rows_and_columns() -> tuple[frozenset[str], frozenset[str]]:
    rows = [row for table in TABLES for form in FORMS for row in template(table, form).rows]
    columns = (column for row in rows for column in row.columns)
    return frozenset(canonical(row.label) for row in rows), frozenset(canonical(column.label) for column in columns)


def is_row(text: str) -> bool:
    """Whether a canonical text is the whole label of a row."""
    return text in _rows_and_columns()[0]


def is_column(text: str) -> bool:
    """Whether a canonical text is the whole label of a column."""
    return text in _rows_and_columns()[1]


@remember(16384)
def share_characters(text: str, label: str) -> float:
    """The share of the characters of a canonical text that stand in a label too, wherever they stand."""
    letters = set(canonical(label))
    return sum(c in letters for c in text) / max(1, len(text))


@cache
def anchors() -> dict[str, dict[str, float]]:
    """For each table, its telling labels (canonical) with a weight: what finds a table in a page."""
    found: dict[str, dict[str, float]] = {}
    for table in TABLES:
        weights: dict[str, float] = {}
        for form in FORMS:
            for row in template(table, form).rows:
                for label in (row.label, *row.under, *(c.label for c in row.columns)):
                    weights[canonical(label)] = 1.0
                for column in row.columns:
                    for header in column.under:
                        weights[canonical(header)] = 1.0
        found[table] = weights
    everywhere = {label for label in found[TABLES[0]] if label in found[TABLES[1]]}
    everywhere |= {"总计", "其他", "3其他", "七总计"}
    for weights in found.values():
        for label in everywhere:
            weights.pop(label, None)
    found[TABLES[0]] |= {"信息内容": 2.0, "规范性文件": 1.0, "本年新公开数量": 2.0, "本年制作数量": 1.0, "规章": 1.0}
    found[TABLES[1]] |= {"申请人情况": 2.0, "法人或其他组织": 2.0, "社会公益组织": 1.5, "法律服务机构": 1.5}
    found[TABLES[2]] |= {"行政复议": 0.7, "行政诉讼": 0.7, "结果": 0.4, "尚未": 0.4}
    found[TABLES[2]] |= {"政府信息公开行政复议行政诉讼情况": 2.0, "行政复议行政诉讼": 2.0, "结果维持结果纠正": 2.0}
    return found


@remember(65536)
def find_anchor(text: str) -> tuple[str, float] | None:
    """The table that a canonical text speaks for, and how strongly; None for other text."""
    if len(text) < 2:
        return None
    best: tuple[str, float] | None = None
    for table, weights in anchors().items():
        if text in weights:
            weight = weights[text] * (1.0 if len(text) > 2 else 0.7)
            return table, weight
    if len(text) < 4 or len(text) > 80:
        return None
    bare = without_numeral(text)
    for table, weights in anchors().items():
        for label, weight in weights.items():
            if len(label) < 4:
                continue
            ratio = likeness(bare, without_numeral(label))
            if ratio < NAMES_TABLE and len(text) >= 5:
                ratio = 0.8 if text in label or (label in text and len(text) < len(label) + 60) else ratio
            if ratio >= NAMES_TABLE:
                score = weight * ratio
                if best is None or score > best[1]:
                    best = (table, score)
    return best


@cache
def header_characters(table: str) -> frozenset[str]:
    """The characters of all column headers of a table and of what stands above them."""
    labels = {
        label
        for form in FORMS
        for row in template(table, form).rows
        for column in row.columns
        for label in (column.label, *column.under)
    }
    return frozenset(character for label in labels for character in canonical(label))


@cache
def label_set(table: str) -> tuple[str, ...]:
    """The labels that a whole table prints, repeats included: its rows, or its headers where rows are bare."""
    rows = template(table, FORMS[0]).rows
    columns = [canonical(column.label) for row in rows for column in row.columns]
    return tuple(canonical(row.label) for row in rows) if len(rows) > 3 else tuple(columns)
