"""What says that a table is not in the text but in a picture, an attachment or another page."""

import re
from collections.abc import Iterator, Sequence

from models.document import Figure, FigureKind
from models.folding import squash
from models.pieces import Piece, PieceKind, is_prose
from models.sections import CLOSING, Section
from models.survey import ELSEWHERE, NAMES, Doubt, Survey

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
_FOOTER = re.compile(
    r"主办|承办单位|备案|版权|网站标识|ICP|Copyright|网站地图|上一篇|下一篇|扫一扫|打印本页|关闭窗口", re.IGNORECASE
)


def doubt_figures(table: str, survey: Survey) -> Iterator[Doubt]:
    """A picture, an attachment or a frame that was not read, where the table may be."""
    spans = survey.spans(table)
    body = survey.sections[0].start if survey.sections else 0
    last = survey.sections[-1] if survey.sections else None
    footer = _footer(survey, last)
    for figure in survey.document.figures:
        if figure.read:
            continue
        own = any(
            s.start <= figure.start <= _start(survey.pieces, end, len(survey.document.text)) for s, _, end in spans
        )
        at_the_end = last is not None and last.kind in CLOSING and last.start <= figure.start <= footer
        unplaced = not spans and body <= figure.start <= footer
        if own or at_the_end or unplaced or survey.few_words or figure.kind is FigureKind.ATTACHMENT:
            yield _figure_to_doubt(table, figure)
            return  # the first tells enough


def _start(pieces: Sequence[Piece], at: int, end: int) -> int:
    return pieces[at].fragment.start if at < len(pieces) else end


def _footer(survey: Survey, last: Section | None) -> int:
    """Where the page goes on behind the report: the first words of a site's footer behind the last heading."""
    behind = survey.pieces[last.at :] if last else []
    starts = (p.fragment.start for p in behind if not is_prose(p) and _FOOTER.search(squash(p.fragment.text)))
    return next(starts, len(survey.document.text))


def _figure_to_doubt(table: str, figure: Figure) -> Doubt:
    picture = figure.kind is FigureKind.PICTURE
    noun = {FigureKind.PICTURE: "a picture", FigureKind.FRAME: "a page inside the page"}.get(figure.kind, "a file")
    named = f"{noun} ({figure.address})" if figure.address else f"{noun} on page {figure.page}"
    code = "table_is_picture" if picture else "table_is_attached"
    return Doubt(
        ELSEWHERE, f"in {named}", code,
        f"{NAMES[table]} may stand in {named}, which was not read: parse that by itself, or enter the numbers by hand",
    )  # fmt: skip


def doubt_wording(table: str, survey: Survey) -> Iterator[Doubt]:
    """The section says that its table is elsewhere; or a list of attachments stands in the report."""
    texts = [squash(p.fragment.text) for _, at, end in survey.spans(table) for p in survey.pieces[at:end]]
    for pattern, code, noun in (
        (_PICTURED, "table_is_picture", "a picture"),
        (_ATTACHED, "table_is_attached", "an attachment"),
    ):
        said = next((text for text in texts if pattern.search(text)), None)
        if said is None and pattern is _ATTACHED:
            short = (squash(p.fragment.text) for p in survey.loose if p.kind is PieceKind.TEXT and not is_prose(p))
            said = next((text for text in short if _LISTED.search(text)), None)
        if said is not None:
            yield Doubt(
                ELSEWHERE, f"in {noun} ({said[:40]})", code,
                f"the source says that {NAMES[table]} is in {noun} ({said[:40]}): parse that by itself",
            )  # fmt: skip
            return
