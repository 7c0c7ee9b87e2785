"""The blind set as it is kept, read by small readers of its own and held against its truths.

Neither the generator nor the engines take part: what a document prints is found by its separators and its markup
alone, and has to be what its truth says, in the order of the official form.
"""

import csv
import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from gouji.forms import APPLICATIONS, TABLES, template

FROZEN = Path(__file__).resolve().parents[3] / "eval" / "frozen" / "blind.jsonl.gz"
RECORDS = [json.loads(line) for line in gzip.decompress(FROZEN.read_bytes()).splitlines()]
MARKS_FOR_NOTHING = {"", "/", "-", "—", "无", "--", "／", "－－", "空"}
WORDS = {"增": 1, "增加": 1, "减": -1, "减少": -1, "減": -1, "減少": -1}
NUMBER = re.compile(
    r"(增加|减少|減少|增|减|減)?([+-]?[\d,]+(?:\.\d+)?) ?"
    r"(?:件|项|項|个|個|批次|万元|萬元|元)?(?:①|\*|\[注\]|\(见注\)|\(見注\)|※)?"
)
COLUMNS = [
    column for t in TABLES for form in ("2021", "2019") for row in template(t, form).rows for column in row.columns
]
NAME = "|".join(sorted({re.escape(column.label) for column in COLUMNS}, key=len, reverse=True))
UNREAD = re.compile(r"\d?\*{3,4}(?: ?[件项個个])?")

DIGEST = "f020077ca67d27056985ee051ef85bba81a2bf94ee6a06ffbe0799889c18c54e"

Value = float | str | None


def test_the_set_stays_as_it_was_frozen() -> None:
    assert hashlib.sha256(FROZEN.read_bytes()).hexdigest() == DIGEST


def to_value(text: str) -> Value:
    """What a piece of text says as the value of a cell. Raises ValueError where it is no value."""
    text = text.strip()
    if text in MARKS_FOR_NOTHING:
        return None
    if UNREAD.fullmatch(text):
        return "unread"
    if text in ("未增未减", "未增未減"):
        return 0.0
    found = NUMBER.fullmatch(text)
    if not found:
        raise ValueError(text)
    return WORDS.get(found[1] or "", 1) * float(found[2].replace(",", ""))


def true_rows(record: dict, table: str) -> list[list[Value]]:
    """The cells of a table in the order that the document has them, rows that it lacks left out."""
    held = record["truth"]["tables"][table]
    rows = [[held["cells"][cell] for cell in row.cells] for row in template(table, held["form"]).rows]
    rows = [row for row in rows if "absent" not in row]
    if table == APPLICATIONS and "total_first" in record["kinds"]:
        rows = [[row[-1], *row[:-1]] for row in rows]
    if table == APPLICATIONS and "transposed" in record["kinds"]:
        rows = [list(column) for column in zip(*rows, strict=True)]
    return rows


def true_cells(record: dict) -> list[Value]:
    return [value for table in TABLES for row in true_rows(record, table) for value in row]


def plain(*strata: str, layout: str = "", style: str = "") -> list[dict]:
    chosen = [
        r
        for r in RECORDS
        if r["stratum"] in strata and not r["kinds"] and layout in ("", r["layout"]) and style in ("", r["style"])
    ]
    assert len(chosen) > 2, "nothing to check"
    return chosen


class TextOfPage(HTMLParser):
    """The text of a page in pieces; what stands in a field counts as text, digits in two spans as one number."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.glue = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.pieces.append(dict(attrs)["value"] or "")
        self.glue &= tag == "span"

    def handle_endtag(self, tag: str) -> None:
        self.glue &= tag == "span"

    def handle_data(self, data: str) -> None:
        if self.glue and self.pieces[-1].isdigit() and data.isdigit():
            self.pieces[-1] += data
        else:
            self.pieces.append(data)
        self.glue = True


def cut_tables(text: str) -> str:
    """From the first clause of table 二 to the heading after the tables."""
    first = re.search("第二十[条條]", text)
    assert first is not None
    return text[first.start() : text.rindex("存在的主要")]


def drop_repeated(text: str) -> str:
    """Lines of fields without those at their end that repeat a merged cell, as the header above them shows."""
    lines: list[str] = []
    repeated = 0
    for line in text.split("\n"):
        fields = re.split("[\t,;]", line)
        if line.lstrip('"')[:2] in ("信息", "資訊", ""):  # the headers of table 二
            repeated = sum(one == other for one, other in pairwise(reversed(fields)))
        lines.append("\t".join(fields[: len(fields) - repeated]))
    return "\n".join(lines)


def numbers_of(record: dict) -> list[float]:
    """All that is a number between two separators, in order: no labels, no prose, no digit inside of anything."""
    text = record["content"]
    if record["media_type"] == "text/html":
        page = TextOfPage()
        page.feed(text)
        text = "\n".join(page.pieces)
    text = re.sub(r" (?=[件项個个項](?![\u4e00-\u9fff]))", "", cut_tables(text))
    text = re.sub(r'\b(col|row)span="\d+"', "", text)
    comma = r",(?!\d{3}(?!\d))"
    if record["layout"] == "delimited":
        text = drop_repeated(re.sub(r'"([\d,.]+)"', lambda found: found[1].replace(",", ""), text))
        comma = ","
    blank = " +" if record["layout"] in ("L8", "L9", "L12") else "  +"
    values: list[float] = []
    for piece in re.split(rf"[\n\t|;=:：]|{comma}|{blank}", text):
        try:
            value = to_value(piece)
        except ValueError:
            continue
        if isinstance(value, float):
            values.append(value)
    return values


@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_the_numbers_printed_are_those_of_the_truth(record: dict) -> None:
    found = numbers_of(record)
    true = [float(value) for value in true_cells(record) if isinstance(value, int | float)]
    kinds = set(record["kinds"])
    assert not Counter(true) - Counter(found)
    extra = Counter(found) - Counter(true)
    if not kinds & {"row_numbers", "unknown_row", "extra_row"}:
        assert found == true
        return
    rest = iter(found)
    assert all(value in rest for value in true), "in order, with the others between them"
    zeros = 7 * ("unknown_row" in kinds) + 3 * ("extra_row" in kinds)
    assert extra[0] == zeros
    numbers = Counter(value for value in extra.elements() if value)
    if "row_numbers" in kinds:
        counts = [len(true_rows(record, table)) for table in TABLES[:2]]
        counts[0] += "extra_row" in kinds
        counts[1] += "unknown_row" in kinds
        assert numbers == Counter(float(n) for count in counts for n in range(1, count + 1))
    else:
        assert not numbers


# documents of one layout or style alone: every cell, blanks among them


def between_headings(text: str) -> list[str]:
    """The texts of the three tables of a page whose headings are as they should be."""
    places = [
        [m.start() for m in re.finditer(mark, text)][-1] for mark in ("二、主动", "三、收到", "四、政府", "五、存在")
    ]
    return [text[a:b] for a, b in pairwise(places)]


def check_rows(record: dict, tables: list[list[list[str]]]) -> None:
    """Rows as lists of fields: the last fields of those that are no header rows are the cells of the truth."""
    second, third, fourth = tables
    rows = [row for row in second if row[0] and "第二十条" not in row[0] and "信息内容" not in row]
    for row, true in zip(rows, true_rows(record, "active_disclosure"), strict=True):
        values = [to_value(field) for field in row[1:]]
        rest = values[len(true) :]
        assert values[: len(true)] == true
        assert not any(rest) or rest == true[-1:] * len(rest)  # what a merged cell covers is empty or repeated
    for row, true in zip(third[3:], true_rows(record, "applications"), strict=True):
        assert [to_value(field) for field in row[-7:]] == true
    values = [to_value(field) for field in fourth[-1]]
    assert len(fourth) == 4
    assert values == [value for row in true_rows(record, "review_litigation") for value in row]


@pytest.mark.parametrize("record", plain("blind_layout", layout="delimited"), ids=lambda record: record["id"])
def test_fields_between_separators_are_the_cells(record: dict) -> None:
    tables = []
    for text in between_headings(record["content"]):
        separator = max("\t,;", key=re.sub("[一-龥][,;]", "", text).count)
        lines = [x for x in text.splitlines()[1:] if x and not re.search("[。条件]\\)?$", x)]
        tables.append(list(csv.reader(lines, delimiter=separator)))
    tables[2] = tables[2][-4:]  # a sentence may stand before it
    check_rows(record, tables)


@pytest.mark.parametrize("record", plain("blind_layout", layout="wiki"), ids=lambda record: record["id"])
def test_cells_of_a_wiki_table_are_the_cells(record: dict) -> None:
    tables = []
    for text in between_headings(record["content"]):
        inner = text[text.index("{|") : text.index("\n|}")].split("\n", 1)[1]
        rows = [re.split(r"\n[|!] ?|\|\| ?|!! ?", "\n" + row.strip("\n"))[1:] for row in inner.split("\n|-\n")]
        tables.append([[re.sub(r'((col|row)span="\d+" )+\| ?', "", cell).strip() for cell in row] for row in rows])
    check_rows(record, tables)


def starts_of(line: str) -> list[tuple[str, int, int]]:
    """The pieces of a line with the columns where they begin and end, two for a wide character."""
    width = [2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line]
    found = re.finditer(r"\S+(?: \S+)*", line)
    return [(m[0], sum(width[: m.start()]), sum(width[: m.end()])) for m in found]


def under(starts: list[int], line: str) -> list[Value]:
    """What stands under headers that begin at `starts`: for each column its value, None for an empty place."""
    cells: list[Value] = [None] * len(starts)
    for text, begin, _ in starts_of(line):
        column = sum(start <= begin for start in starts) - 1
        if column >= 0:
            assert cells[column] is None
            cells[column] = to_value(text)
    return cells


@pytest.mark.parametrize("record", plain("blind_layout", layout="aligned"), ids=lambda record: record["id"])
def test_what_stands_under_a_header_is_its_cell(record: dict) -> None:
    second, third, fourth = (
        [line for line in text.splitlines()[1:] if line.strip() and not set(line) <= {"-"}]
        for text in between_headings(record["content"])
    )
    starts: list[int] = []
    rows: list[list[Value]] = []
    for line in second:
        if line.startswith("信息内容"):
            starts = [begin for _, begin, _ in starts_of(line)[1:]]
        elif starts and "第二十条" not in line and "年" not in line and "文件" not in line[6:]:
            rows.append(under(starts, line))
    assert rows == true_rows(record, "active_disclosure")
    top, inner = starts_of(third[1]), starts_of(third[2])
    starts = sorted(begin for text, begin, _ in top + inner if text != "法人或其他组织")
    assert [under(starts, line) for line in third[3 : 3 + len(true_rows(record, "applications"))]] == true_rows(
        record, "applications"
    )
    at = next(place for place, line in enumerate(fourth) if line.startswith("行政复议  "))
    starts = sorted(
        begin for text, begin, _ in starts_of(fourth[at + 1]) + starts_of(fourth[at + 2]) if "起诉" not in text
    )
    line = fourth[at + 3] if at + 3 < len(fourth) else ""
    assert under(starts, line) == [value for row in true_rows(record, "review_litigation") for value in row]


@pytest.mark.parametrize("record", plain("blind_layout", layout="pairs"), ids=lambda record: record["id"])
def test_what_stands_behind_a_name_is_its_cell(record: dict) -> None:
    text = cut_tables(record["content"])
    found = re.findall(rf"(?:^|[\n ;,|])({NAME})[:=] ?(.*?)(?=\n|;|\||,(?!\d)|$)", text)
    assert [to_value(value) for _, value in found] == true_cells(record)
    forms = {table: template(table, record["truth"]["tables"][table]["form"]) for table in TABLES}
    true_names = [c.label for table in TABLES for row in forms[table].rows for c in row.columns]
    assert [label for label, _ in found] == true_names


class Cells(HTMLParser):
    """The texts of all elements of some tags, and of fields, in order and by the row that they are in."""

    def __init__(self, cells: tuple[str, ...], rows: tuple[str, ...]) -> None:
        super().__init__()
        self.cells, self.row_tags = cells, rows
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.row_tags:
            self.rows.append([])
        elif tag in self.cells and self.rows:
            self.rows[-1].append((dict(attrs).get("value") or "") if tag == "input" else "")
            self.inside = tag != "input"

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag not in self.cells

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def cells_of(text: str, cells: tuple[str, ...], rows: tuple[str, ...]) -> list[list[str]]:
    parser = Cells(cells, rows)
    parser.feed(text)
    return [row for row in parser.rows if row]


@pytest.mark.parametrize("record", plain("blind_html"), ids=lambda record: record["id"])
def test_cells_of_a_page_are_the_cells(record: dict) -> None:
    texts = between_headings(record["content"])
    if record["style"] == "form_fields":
        fields = [cells_of(text, ("input", "textarea"), ("tr",)) for text in texts]
        assert [to_value(cell) for table in fields for row in table for cell in row] == true_cells(record)
    elif record["style"] == "labelled_cells":
        found = [cell for text in texts for row in cells_of(text, ("td",), ("tr",)) for cell in row]
        values = [re.sub(rf"^(?:{NAME}):?", "", cell) for cell in found]
        assert [to_value(value) for value in values] == true_cells(record)
    elif "<dl>" in record["content"]:
        found = [cell for text in texts for row in cells_of(text, ("dd",), ("dl",)) for cell in row]
        assert [to_value(value) for value in found] == true_cells(record)
    else:
        tag = ("li", "ul") if record["style"] == "list_cells" else ("td", "table")
        check_rows(record, [cells_of(text, (tag[0],), (tag[1],)) for text in texts])
