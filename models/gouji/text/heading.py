"""What a report says of itself: its title, whose it is, which year's figures it gives, and whether it is one at all.

Agency and year are taken from the places where reports name them: the title (over one to three lines), the sentence
on who compiled the report, the sentence on whom to ask, the signature; the year also from the period of the figures.
The date of publication, a year later, is never taken for it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gouji.document import Document
from gouji.text.folding import fold, plain, script_of, squash
from gouji.text.numerals import NumeralKind, read_numeral

_HEAD = 6_000  # characters at the start that titles and opening sentences stand in
_TAIL = 1_500  # and at the end, for the signature
_LONGEST = 110  # characters of a title, over all its lines
_MOST = 200_000  # characters that are looked at for anything else

_YEAR = r"(?:20[0-9]{2}|[二2][〇○零0Oo][一二三四五六七八九〇○零0-9]{2})"
_OPENNESS = r"(?:(?:政府|政務|政务)?(?:信息|資訊|资讯)公[开開]|政[务務]公[开開])"
_REPORT = r"(?:年度)?(?:工作)?(?:年度|情[况況])?(?:工作)?(?:的)?[报報]告"
_TITLE = re.compile(
    rf"(?P<first>{_YEAR}年?度?)?(?P<agency>[^,。;:!?《》<>=]{{0,45}}?)(?:[关關][于於])?(?:的)?(?P<middle>{_YEAR}年?(?:度)?)?(?:的)?"
    rf"{_OPENNESS}(?:工作)?(?P<inner>{_YEAR}年?(?:度)?)?{_REPORT}(?:[(\[]?(?P<last>{_YEAR})年?度?[)\]]?)?"
    r"(?:\((?:全文|公开版|正文)\))?(?:\.(?:pdf|docx?|wps|html?))?(?:[-_|].{0,40})?"
)
_ENDS_TITLE = re.compile(r"公[开開].*[报報]告")
_BREADCRUMB = re.compile(r".*(?:[>»]|(?:标题|標題|名称|名稱|位置)[:】\]]|【图解】|\[图解\])")
_SUFFIX = (
    r"(?:政府|办公室|辦公室|办公厅|辦公廳|局|委员会|委員會|管委会|管委會|委|中心|厅|廳|院|站|所|处|處|馆|館|大队|大隊|支队|支隊|总队|總隊"
    r"|分局|办|辦|会|會|署|室|社|学校|學校|大学|大學|学院|學院|中学|小学|公司|集团|集團|银行|银行|街道|镇|鎮|乡|鄉|区|區|市|县|縣|省|部|组|組)"
)
_AGENCY = re.compile(rf"[\u4e00-\u9fff()·A-Za-z]{{2,44}}{_SUFFIX}(?:[(][^()]{{2,20}}[)])?")
_COMPILED = re.compile(r"由([^,。;:、]{4,44}?)(?:根据|根據|编制|編制|編製|按照|依据|依據|编写|編寫|撰写)")
_CONTACT = re.compile(r"[与與和向]([^,。;:、(与與]{4,44}?)(?:联系|聯系|聯繫|咨询|諮詢|反映)")
_ANNOUNCED = re.compile(
    rf"(?:(?:现|現|特)?公布(?:{_YEAR}年度?)?|[现現][将將])([^,。;:、]{{4,44}}?)(?:{_YEAR}年|{_OPENNESS})"
)
_DIVISION = re.compile(rf"(.{{3,}}{_SUFFIX})((?!.*(?:办事处|辦事處|管理处|管理處)).{{2,8}}(?:科|股|处|處|组|組))")
_DATE = re.compile(r"20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_PERIOD = re.compile(
    rf"(?:自|从|從|为|為|期限|时间|時間|统计|統計)[^。]{{0,20}}?(?P<year>{_YEAR})年(?:1|01)月(?:1|01)日(?:起|至|到|-)[^。]{{0,20}}?12月31日"
)
_YEAR_NAMED = re.compile(r"(20[0-9]{2})年(?!(?:度)?[0-9]{1,2}月[0-9]{1,2}日)")

# Labels of the tables of 2019 and 2021, and of what came before them (folded, without blanks).
# fmt: off
_NEW_LABELS = (
    "第二十条第", "第二十条(", "本年度办理结果", "结转政府信息公开", "法律服务机构", "社会公益组织", "结果维持",
    "结果纠正", "予以公开", "现行有效件数", "处理决定数量",
)
_OLD_INDICATORS = (
    "主动公开政府信息数", "主动公开规范性文件数", "制发规范性文件总数", "收到申请数", "申请办结数", "按时办结数",
    "延期办结数", "申请答复数", "同意公开答复数", "不予公开答复数", "当面申请数", "网络申请数", "传真申请数",
    "信函申请数",
    "依申请公开信息收取的费用", "被依法纠错数", "行政复议数量", "举办新闻发布会总次数", "设置政府信息公开查阅点数",
    "政府信息公开工作专门机构数", "专职人员数", "全文电子化率", "回应公众关注热点",
    "通过不同渠道和方式公开政府信息的情况", "接待人数", "咨询处理的数目",
)
# fmt: on
_OLD_OUTLINE = (
    re.compile(r"[一1][、.](?:工作)?概述|[一1][、.]概况"),
    re.compile(r"[二三][、.](?:主动)?公开政府信息的?(?:主要)?情况|[二三][、.]政府信息(?:主动)?公开(?:的|工作)?情况"),
    re.compile(r"[三四][、.]?(?:政府信息)?依申请公开(?:政府信息)?的?(?:办理)?情况"),
    re.compile(r"[三四五六][、.][^。、]{0,12}收费[^。、]{0,6}减免"),
    re.compile(
        r"[四五六七][、.](?:因?政府信息公开)?[^。、]{0,12}(?:申请)?(?:行政)?复议[^。]{0,4}(?:提起)?(?:行政)?诉讼[^。]{0,6}情况"
    ),
)
_FORM_CUES = re.compile(r"通知|格式|模板|样式|填表说明|填报说明|参考文本|[Xx×]{2,4}年|20[Xx×*]{2}|\(?单位名称\)?")


@dataclass(frozen=True, slots=True)
class Report:
    """What the report says of itself. The confidences are of agency and year as recognised: 0 where there is none,
    and otherwise a level of agreement between the places that name them, not a measured probability."""

    title: str | None
    agency: str | None
    year: int | None
    script: str  # "hans" or "hant"
    agency_confidence: float = 0.0
    year_confidence: float = 0.0


def read_report(document: Document) -> Report:
    """Read title, agency and year. What the document does not say is None."""
    pieces = list(_pieces(document.text[:_HEAD]))
    found = _find_title(pieces)
    if found is None or not found.agency:  # the whole page in one line: its words are divided by blanks alone
        found = _find_title([word for piece in pieces if len(piece) > _LONGEST for word in piece.split()]) or found
    if found is None and document.title:
        found = _match_title(plain(document.title), document.title.strip())
    opening = plain(document.text[:_HEAD])
    agency, agency_confidence = _agency(found.agency if found else None, opening, document.text)
    year, year_confidence = _year(found.year if found else None, opening, document.text)
    title = found.printed if found else None
    return Report(title, agency, year, script_of(document.text[:_MOST]), agency_confidence, year_confidence)


@dataclass(frozen=True, slots=True)
class TitleLine:
    """What one title says; None for what it leaves out."""

    printed: str
    agency: str | None
    year: int | None


def read_title(lines: list[str]) -> TitleLine | None:
    """The title that these lines are together, one to three of them; None where they are none, or more than that."""
    plains = [plain(line) for line in lines]
    joined = "".join(plains)
    if len(joined) > _LONGEST or not _ENDS_TITLE.search(joined) or (len(lines) > 1 and not _opens_title(plains[0])):
        return None
    return _match_title(joined, "".join(lines))


def _pieces(text: str) -> Iterator[str]:
    """The non-empty lines of a text, pipes and tabs cutting them too, without the empty fields that pad them."""
    for line in re.split(r"[\n\t\f|]", text):
        if piece := line.strip().rstrip(",;"):
            yield piece


def _find_title(pieces: list[str]) -> TitleLine | None:
    """The first title that names its agency, on one line or over up to three; else one that does not."""
    plains = [plain(piece) for piece in pieces]
    anonymous: TitleLine | None = None
    for lines in (1, 2, 3):
        for i in range(len(pieces) - lines + 1):
            joined = "".join(plains[i : i + lines])
            if len(joined) > _LONGEST or not _ENDS_TITLE.search(joined) or (lines > 1 and not _opens_title(plains[i])):
                continue
            found = _match_title(joined, "".join(pieces[i : i + lines]))
            if found is None:
                continue
            if found.agency:
                return found
            anonymous = anonymous or found
    return anonymous


def _opens_title(line: str) -> bool:
    """Whether a line can be the first of a title that goes on: an agency, or a title without its report."""
    bare = re.sub(r"[关關][于於]$|的$", "", re.sub(rf"{_YEAR}年?度?", "", line))
    return len(bare) <= 45 and (_AGENCY.fullmatch(bare) is not None or re.search(_OPENNESS, line) is not None)


def _match_title(joined: str, printed: str) -> TitleLine | None:
    crumb = _BREADCRUMB.match(joined)
    match = _TITLE.fullmatch(joined[crumb.end() :] if crumb else joined)
    if match is None:
        return None
    agency = match["agency"].strip("-_·")
    year = next((_as_year(y) for y in (match["first"], match["middle"], match["inner"], match["last"]) if y), None)
    if crumb:
        printed = _BREADCRUMB.sub("", printed) or printed
    named = agency if len(agency) >= 3 and _AGENCY.fullmatch(agency) else None
    return TitleLine(re.sub(r"\.(?:pdf|docx?|wps|html?)$", "", printed), named, year)


def _as_year(printed: str) -> int | None:
    digits = printed.translate(str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789"))
    match = re.match(r"20[0-9]{2}", digits)
    return int(match[0]) if match else None


def _agency(titled: str | None, opening: str, text: str) -> tuple[str | None, float]:
    compiled = _named(_COMPILED, opening)
    contact = _named(_CONTACT, opening)
    signed = _signature(text)
    others = [name for name in (compiled, contact, signed) if name]
    if titled:
        # The title may shorten the name that the compiler gives in full: 洪泽区… of 淮安市洪泽区…办公室.
        for name in filter(None, (compiled, contact)):
            if name != titled and titled in name and (name is compiled or name.endswith(titled)):
                return name, 0.9
        agrees = any(titled in name or name in titled for name in others)
        return titled, 0.99 if agrees else 0.95
    if others:
        name, votes = Counter(others).most_common(1)[0]
        return name, 0.95 if votes > 1 else 0.9
    announced = _named(_ANNOUNCED, opening)
    return (announced, 0.7) if announced else (None, 0.0)


def _named(pattern: re.Pattern[str], opening: str) -> str | None:
    """The first agency that a sentence of this pattern names, without the division inside it."""
    for match in pattern.finditer(opening):
        name = match[1]
        division = _DIVISION.fullmatch(name)
        name = division[1] if division else name
        if len(name) >= 4 and _AGENCY.fullmatch(name) and not re.search(r"报告|報告|公开|公開|我[局办辦委]", name):
            return name
    return None


def _signature(text: str) -> str | None:
    """The agency on the line above the date at the end."""
    lines = [plain(piece) for piece in _pieces(text[-_TAIL:])]
    for above, line in zip(reversed(lines[:-1]), reversed(lines[1:]), strict=True):
        if _DATE.fullmatch(line) and 4 <= len(above) <= 40 and _AGENCY.fullmatch(above):
            return above
    return None


def _year(titled: int | None, opening: str, text: str) -> tuple[int | None, float]:
    period = _PERIOD.search(opening)
    counted = _as_year(period["year"]) if period else None
    if titled:
        if counted == titled:
            return titled, 0.99
        return titled, 0.7 if counted else 0.95
    if counted:
        return counted, 0.95
    named = Counter(int(match[1]) for match in _YEAR_NAMED.finditer(plain(text[:_MOST])))
    if not named:
        return None, 0.0
    year, times = named.most_common(1)[0]
    return year, 0.6 if times > 1 else 0.4


def is_pre_2019(document: Document) -> bool:
    """Whether this follows the outline or the statistics appendix of before 2019, which has none of the tables."""
    text = squash(document.text[:_MOST])
    new = sum(label in text for label in _NEW_LABELS)
    old = sum(label in text for label in _OLD_INDICATORS)
    outline = sum(pattern.search(text) is not None for pattern in _OLD_OUTLINE)
    return (old >= 5 and old > 2 * new) or (outline >= 3 and new <= 1)


def is_empty_form(document: Document) -> bool:
    """Whether this is a notice or a template that holds the tables without any figures."""
    fragments = document.fragments
    labels = [i for i, fragment in enumerate(fragments) if _is_form_label(fragment.text)]
    if len(labels) < 3:
        return False
    # Only what stands before the tables: labels of theirs speak of notices too.
    before = document.text[: min(fragments[labels[0]].start, _MOST)]
    if not _FORM_CUES.search(fold(before + (document.title or ""))):
        return False
    inside = fragments[labels[0] : labels[-1] + 30]
    figures = sum(_is_figure(fragment.text) for fragment in inside if len(fragment.text) <= 12)
    return figures <= 3


def _is_form_label(text: str) -> bool:
    squashed = squash(text) if len(text) <= 40 else ""
    return bool(squashed) and any(label in squashed for label in _NEW_LABELS)


def _is_figure(text: str) -> bool:
    numeral = read_numeral(text)
    return numeral is not None and numeral.kind is NumeralKind.NUMBER
