"""What says that a table is not in the text but in a picture, an attachment or another page."""

import re
from collections.abc import Iterator, Sequence

from gouji.document import Figure, FigureKind
from gouji.finding.sections import CLOSING, Section
from gouji.missing.survey import ELSEWHERE, NAMES, Doubt, Survey
from gouji.pieces import Piece, PieceKind, is_prose
from gouji.text.folding import squash

# On folded text without blanks.
_FILE = r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|rtf|zip|rar)(?![a-z])"
_ATTACHED = re.compile(
    rf"附件|附表|附后|附录|[另后随见]附|下载|点击|点此|链接|下表|[见如]表|表格?(?:从略|略)|[(\[]略[)\]]|{_FILE}"
    r"|[详参]?见[^。,]{0,16}(?:网站|网页|专栏|平台|此处|这里|文末|文后)|attach|annex|appendix|seetable|download",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"[见如下上]图|图片|图表|图[0-9一二三]|截图|扫码|扫描件|二维码|!\[|<img|image|picture|\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?)(?![a-z])",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"^[(\[]?(?:附件|附表|附录|附)[)\]]?(?:[:;.、0-9一二三(\[]|$)|{_FILE}|^(?:点击|附件)下载")
_POINTED = re.compile("见[^。,;]{0,6}附[件表录后]|附[于在][^。,;]{0,6}[末后]|附后")
_QUOTED, _LONGEST = 40, 200  # characters of the source, and of an address, that a warning quotes
_NOUNS = {
    FigureKind.PICTURE: "a picture",
    FigureKind.ATTACHMENT: "a file",
    FigureKind.FRAME: "a page inside the page",
    FigureKind.PLACE: "a part that the page does not show at first, or that a script fills",
}
_FOOTER = re.compile(
    r"主办|承办单位|备案|版权|网站标识|ICP|Copyright|网站地图|上一篇|下一篇|扫一扫|打印本页|关闭窗口", re.IGNORECASE
)


def doubt_figures(table: str, survey: Survey) -> Iterator[Doubt]:
    """A picture, an attachment or a frame that was not read and may be the table: under its heading, else elsewhere."""
    figures = [figure for figure in survey.document.figures if not figure.read]
    if figures:
        own = [figure for figure in figures if _stands_under_heading(table, figure, survey)]
        yield from (
            _figure_to_doubt(table, f) for f in (own or [f for f in figures if _may_hold(table, f, survey)])[:1]
        )


def _stands_under_heading(table: str, figure: Figure, survey: Survey) -> bool:
    length = len(survey.document.text)
    return any(s.start < figure.start <= _start(survey.pieces, end, length) for s, _, end in survey.spans(table))


def _may_hold(table: str, figure: Figure, survey: Survey) -> bool:
    """Whether a figure may hold a table though it does not stand under its heading: any file; any figure of a page of
    few words; one behind the closing of the report; or, where the heading is not there, one anywhere in the report."""
    if figure.kind is FigureKind.PLACE:  # every page has some, for its menus and its foot
        return False
    if survey.few_words or figure.kind is FigureKind.ATTACHMENT:
        return True
    last = survey.sections[-1] if survey.sections else None
    first = survey.sections[0].start if survey.sections else 0
    if last is not None and last.kind in CLOSING and survey.spans(table):
        first = last.start
    elif survey.spans(table):
        return False
    return first <= figure.start <= _footer(survey, last)


def _start(pieces: Sequence[Piece], at: int, end: int) -> int:
    return pieces[at].fragment.start if at < len(pieces) else end


def _footer(survey: Survey, last: Section | None) -> int:
    """Where the page goes on behind the report: the first words of a site's footer behind the last heading."""
    behind = survey.pieces[last.at :] if last else []
    starts = (p.fragment.start for p in behind if not is_prose(p) and _FOOTER.search(squash(p.fragment.text)))
    return next(starts, len(survey.document.text))


def _figure_to_doubt(table: str, figure: Figure) -> Doubt:
    picture = figure.kind is FigureKind.PICTURE
    noun = _NOUNS[figure.kind]
    named = f"{noun} ({figure.address[:_LONGEST]})" if figure.address else f"{noun} on page {figure.page}"
    code = "table_is_picture" if picture else "table_is_attached"
    return Doubt(
        ELSEWHERE, f"in {named}", code,
        f"{NAMES[table]} may stand in {named}, which was not read: parse that by itself, or enter the numbers by hand",
    )  # fmt: skip


def doubt_wording(table: str, survey: Survey) -> Iterator[Doubt]:
    """The section says that its table is elsewhere; or the report points to its attachments, or lists them."""
    own = [piece for _, at, end in survey.spans(table) for piece in survey.pieces[at:end]]
    picture = next((piece for piece in own if _PICTURED.search(squash(piece.fragment.text))), None)
    attached = next((piece for piece in own if _ATTACHED.search(squash(piece.fragment.text))), None)
    attached = attached or next(filter(_points_away, survey.loose), None)
    piece = picture or attached
    if piece is not None:
        said = piece.fragment.text.strip()[:_QUOTED]
        noun, code = ("a picture", "table_is_picture") if picture else ("an attachment", "table_is_attached")
        yield Doubt(
            ELSEWHERE, f"in {noun} ({said})", code,
            f"the source points to {noun} ({said}), and {NAMES[table]} may be there: parse that by itself",
        )  # fmt: skip


def _points_away(piece: Piece) -> bool:
    if piece.kind is not PieceKind.TEXT:
        return False
    text = squash(piece.fragment.text)
    return _POINTED.search(text) is not None or (not is_prose(piece) and _LISTED.search(text) is not None)
