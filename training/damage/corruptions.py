"""Damage to the grid of a table before it is rendered: its labels and its headers. The truth stays as it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, template
from training.network.tokens import GROUP, HEADER, JUNK, LABEL, VALUE
from training.pages.sheets import CLAUSE, Sheet, SheetCell, SheetRow

# Characters that OCR takes for one another.
_LOOKALIKES = {
    "于": "干", "己": "已", "未": "末", "以": "经", "予": "子", "日": "曰", "申": "中", "请": "清", "科": "料",
    "机": "杌", "关": "夭", "企": "仓", "总": "息", "计": "汁", "其": "具", "他": "地", "律": "津", "复": "夏",
    "议": "仪", "诉": "拆", "讼": "松", "行": "彳亍", "政": "攻", "规": "现", "范": "泛", "件": "仵", "收": "攸",
    "费": "贵", "信": "倌", "息": "恖", "提": "堤", "供": "洪", "重": "里", "无": "元", "不": "木", "案": "桉",
}  # fmt: skip
_TYPO = "的政处数件理信息公开"

CellChange = Callable[[SheetCell], SheetCell]


def _change(sheet: Sheet, kinds: tuple[str, ...], change: CellChange) -> Sheet:
    rows = tuple(tuple(change(cell) if cell.kind in kinds else cell for cell in row) for row in sheet.rows)
    return replace(sheet, rows=rows)


def _retext(cell: SheetCell, text: str) -> SheetCell:
    return cell._replace(text=text)


def _split_at(text: str, rng: Random, separator: str, least: int = 4) -> str:
    if len(text) < least:
        return text
    at = len(text) // 2 if len(text) <= 6 else rng.randint(2, len(text) - 2)
    return text[:at] + separator + text[at:]


def _broken_headers(separator: str, share: float) -> Callable[[Sheet, Random], Sheet]:
    def break_headers(sheet: Sheet, rng: Random) -> Sheet:
        def change(cell: SheetCell) -> SheetCell:
            return _retext(cell, _split_at(cell.text, rng, separator)) if rng.random() < share else cell

        return _change(sheet, (HEADER,), change)

    break_headers.__doc__ = f"Header cells broken by {separator!r}."
    return break_headers


def cut_headers(sheet: Sheet, rng: Random) -> Sheet:
    """Only the first paragraph of a header cell survives: `本年新`, `结果`, `其他`, `尚未`."""
    return _change(
        sheet,
        (HEADER,),
        lambda cell: (
            _retext(cell, cell.text[: 3 if cell.text.startswith("本年") else 2])
            if len(cell.text) in (4, 6, 7) and rng.random() < 0.75
            else cell
        ),
    )


def lose_header_characters(sheet: Sheet, rng: Random) -> Sheet:
    """One or two characters at the end of a header are gone: `本年增/`, `现行有效件`."""
    return _change(
        sheet,
        (HEADER,),
        lambda cell: (
            _retext(cell, cell.text[: -rng.randint(1, 2)]) if len(cell.text) > 3 and rng.random() < 0.4 else cell
        ),
    )


def lose_headers(sheet: Sheet, rng: Random) -> Sheet:
    """The header rows of table 三 or 四 are gone. Table 二 keeps its own: its form is told by them."""
    if sheet.table not in (APPLICATIONS, REVIEW_LITIGATION) or rng.random() < 0.3:
        return sheet
    rows = tuple(row for row in sheet.rows if any(cell.kind == VALUE for cell in row))
    return replace(sheet, rows=rows or sheet.rows)


def glue_headers(sheet: Sheet, rng: Random) -> Sheet:
    """Neighbouring headers stand in one cell: `行政复议行政诉讼`."""

    def glue(row: SheetRow) -> SheetRow:
        if len(row) < 2 or any(cell.kind != HEADER for cell in row) or rng.random() < 0.4:
            return row
        at = rng.randrange(len(row) - 1)
        left, right = row[at], row[at + 1]
        if left.rowspan != right.rowspan:
            return row
        glued = left._replace(text=left.text + right.text, colspan=left.colspan + right.colspan)
        return (*row[:at], glued, *row[at + 2 :])

    return replace(sheet, rows=tuple(glue(row) for row in sheet.rows))


def repeat_headers(sheet: Sheet, rng: Random) -> Sheet:
    """The header rows of table 三 stand again in the middle of it, as after a page break."""
    if sheet.table != APPLICATIONS:
        return sheet
    heads = tuple(row for row in sheet.rows if all(cell.kind == HEADER for cell in row))
    bodies = [place for place, row in enumerate(sheet.rows) if row[0].kind == LABEL]
    if not bodies:
        return sheet
    at = rng.choice(bodies)
    rows = (*sheet.rows[:at], *heads, *sheet.rows[at:])
    return replace(sheet, rows=tuple(tuple(cell._replace(rowspan=1) for cell in row) for row in rows))


def space_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Blanks inside labels: `(三) 不予公开`, `总 计`."""

    def change(cell: SheetCell) -> SheetCell:
        if cell.text.startswith("(") and rng.random() < 0.6:
            return _retext(cell, cell.text.replace(")", ") ", 1))
        return _retext(cell, _split_at(cell.text, rng, " ", 2)) if rng.random() < 0.15 else cell

    return _change(sheet, (LABEL, GROUP), change)


def widen_brackets(sheet: Sheet, rng: Random) -> Sheet:
    """Full-width brackets, commas and colons throughout."""
    wide = str.maketrans("(),:", "（），：")
    return _change(sheet, (LABEL, GROUP, HEADER, CLAUSE), lambda cell: _retext(cell, cell.text.translate(wide)))


def renumber_labels(sheet: Sheet, rng: Random) -> Sheet:
    """`1、` or `1．` for `1.`."""
    mark = rng.choice(("、", "．", ". ", "） "))
    return _change(
        sheet,
        (LABEL,),
        lambda cell: _retext(cell, cell.text.replace(".", mark, 1)) if cell.text[:1].isdigit() else cell,
    )


def shorten_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Labels without their bracket, their numbering or their tail."""

    def change(cell: SheetCell) -> SheetCell:
        text = cell.text.split("(区分")[0] if rng.random() < 0.7 else cell.text
        if text[:1].isdigit() and rng.random() < 0.3:
            text = text[2:] if text[2:] != "其他" else text
        if "、行政机关不再" in text and rng.random() < 0.5:
            text = text.split("、行政机关")[0]
        return _retext(cell, text)

    return _change(sheet, (LABEL,), change)


def _misspell(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    way = rng.randrange(3)
    if way == 0:
        return text[:at] + text[at + 1 :]
    return text[:at] + (rng.choice(_TYPO) if way == 1 else text[at] * 2) + text[at + 1 :]


def misspell_labels(sheet: Sheet, rng: Random) -> Sheet:
    """A character missing, doubled or wrong in some labels and headers: `本年处理绝对数量`."""
    return _change(
        sheet,
        (LABEL, HEADER, GROUP),
        lambda cell: _retext(cell, _misspell(cell.text, rng)) if len(cell.text) > 4 and rng.random() < 0.25 else cell,
    )


def misread_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Labels as OCR reads them: lookalikes for a good part of the characters."""
    share = rng.choice((0.15, 0.3, 0.5))
    return _change(
        sheet,
        (LABEL, HEADER, GROUP, CLAUSE),
        lambda cell: _retext(cell, "".join(_LOOKALIKES.get(c, c) if rng.random() < share else c for c in cell.text)),
    )


def cut_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Labels cut off after some characters."""
    return _change(
        sheet,
        (LABEL,),
        lambda cell: (
            _retext(cell, cell.text[: rng.randint(5, 12)]) if len(cell.text) > 5 and rng.random() < 0.35 else cell
        ),
    )


def split_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Labels over two lines."""
    return _change(
        sheet,
        (LABEL, GROUP),
        lambda cell: _retext(cell, _split_at(cell.text, rng, "\n", 5)) if rng.random() < 0.3 else cell,
    )


def lose_labels(sheet: Sheet, rng: Random) -> Sheet:
    """Some row labels are empty, their numbers stand. Never beside a row that is missing: no reader could tell then."""
    if sheet.table != APPLICATIONS:
        return sheet
    labels = {cell.row for row in sheet.rows for cell in row if cell.kind == LABEL}
    keys = [row.key for row in template(sheet.table, sheet.form).rows]
    safe = [keys[p] for p in range(3, len(keys) - 2) if {keys[p - 1], keys[p], keys[p + 1]} <= labels]
    lost = set(rng.sample(safe, min(len(safe), rng.choice((1, 2, 3, 6)))))
    return _change(sheet, (LABEL,), lambda cell: _retext(cell, "") if cell.row in lost else cell)


def add_unknown_row(sheet: Sheet, rng: Random) -> Sheet:
    """A row that the form does not have: `9.属于工作秘密`, all zeros, after the eighth reason of refusal."""
    places = [p for p, row in enumerate(sheet.rows) if row[-1].row == "denied_administrative_inquiry"]
    if not places:
        return sheet
    after = places[0]
    values = [cell for cell in sheet.rows[after] if cell.kind == VALUE]
    new = (SheetCell("9.属于工作秘密", JUNK), *(SheetCell("0", JUNK) for _ in values))
    rows = [
        tuple(
            cell._replace(rowspan=cell.rowspan + 1) if cell.kind == GROUP and place + cell.rowspan > after else cell
            for cell in row
        )
        if place <= after
        else row
        for place, row in enumerate(sheet.rows)
    ]
    return replace(sheet, rows=(*rows[: after + 1], new, *rows[after + 1 :]))


def lose_groups(sheet: Sheet, rng: Random) -> Sheet:
    """Group labels (`三、本年度办理结果`, `(三)不予公开`) are gone."""
    rows = tuple(tuple(c for c in row if c.kind != GROUP or rng.random() < 0.4) for row in sheet.rows)
    return replace(sheet, rows=rows) if sheet.table == APPLICATIONS else sheet


def add_stray_cells(sheet: Sheet, rng: Random) -> Sheet:
    """An empty cell in front of a label, where a merged cell was broken in the source."""
    if sheet.table != APPLICATIONS:
        return sheet
    rows = list(sheet.rows)
    places = [p for p, row in enumerate(rows) if row[0].kind == LABEL and row[0].colspan == 1]
    for place in rng.sample(places, min(len(places), rng.randint(1, 2))):
        rows[place] = (SheetCell("", JUNK), *rows[place])
    return replace(sheet, rows=tuple(rows))


def add_extra_cells(sheet: Sheet, rng: Random) -> Sheet:
    """An extra empty cell at the end of some rows."""
    rows = tuple(
        (*row, SheetCell("", JUNK)) if row[-1].kind == VALUE and rng.random() < 0.3 else row for row in sheet.rows
    )
    return replace(sheet, rows=rows) if sheet.table == APPLICATIONS else sheet


SHEET_CORRUPTIONS: Mapping[str, Callable[[Sheet, Random], Sheet]] = {
    "header_inner_space": _broken_headers(" ", 0.7),
    "header_inner_newline": _broken_headers("\n", 0.5),
    "header_two_paragraphs": _broken_headers("\n\n", 0.4),
    "header_first_part": cut_headers,
    "header_characters_lost": lose_header_characters,
    "headers_lost": lose_headers,
    "headers_glued": glue_headers,
    "header_repeated": repeat_headers,
    "label_inner_space": space_labels,
    "full_width_brackets": widen_brackets,
    "label_numbering": renumber_labels,
    "label_shortened": shorten_labels,
    "label_misspelt": misspell_labels,
    "label_misread": misread_labels,
    "label_cut": cut_labels,
    "label_split": split_labels,
    "labels_lost": lose_labels,
    "unknown_row": add_unknown_row,
    "groups_lost": lose_groups,
    "stray_cells": add_stray_cells,
    "extra_cells": add_extra_cells,
}
