"""Reports inside JSON: which fields of a record hold the text, in reading order, and what its title is.

JSON lines, JSON that is cut off, JSON inside JSON and a callback around it are read as well. A table that JSON itself
holds as lists, or as numbers under names, is no text: such a source stays as it is.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.readers.html.markup import looks_like_html
from gouji.text.characters import IDEOGRAPH, count_labels

_OPENING = re.compile(r"\s*(?:(?:var|let|const)?\s*[\w$.\[\]\"']{1,60}\s*=\s*|[\w$.]{1,60}\s*\(\s*)?(?=[{\[\"])")
_BETWEEN = re.compile(r"[\s;)]*,?\s*")
_RECORD = re.compile(r'[\[\s]*\{\s*"[^"\n]{1,80}"\s*:')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)("\s*(:)?|\Z)', re.DOTALL)
_MOST_VALUES = 20_000
_PROSE = 40  # ideographs from which a string is a text and no name
_ALL = 0.9  # share of the labels of a record with which one field alone is the report
_FEW_LABELS = 2


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a value, the title of its record, and whether all of it was written as lists of cells."""

    text: str
    title: str | None = None
    is_grid: bool = False


class _TooMany(ValueError):
    """More values than a report has."""


def open_record(source: str) -> Text | None:
    """The text of the report inside JSON; None for what is no JSON, or holds no text of a report."""
    opening = _OPENING.match(source)
    if opening is None:
        return None
    try:
        values = _values(source[opening.end() :])
        found = _read(values[0] if len(values) == 1 else values, [_MOST_VALUES]) if values else None
    except (RecursionError, _TooMany):
        return None
    if found is None or found.is_grid or not (count_labels(found.text) >= _FEW_LABELS or looks_like_html(found.text)):
        return None
    return found


def _values(text: str) -> list[object]:
    """The JSON values that stand one behind the other; for a broken record, the strings that it still holds."""
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            # What follows a value and is none itself makes the source something else than JSON.
            return [*values, _cut_record(text[at:])] if _RECORD.match(text, at) else []
        values.append(value)
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
    lines = len(values) > 1  # lines of JSON are records; strings with commas between them are a table
    return [] if lines and not all(isinstance(value, dict) for value in values) else values


def _cut_record(text: str) -> dict[str, object]:
    """The strings of a record that breaks off, or is broken, under the names before them."""
    record: dict[str, object] = {}
    name = ""
    for number, found in enumerate(_STRING.finditer(text)):
        if number > _MOST_VALUES:
            raise _TooMany
        try:
            string = str(json.loads(f'"{_without_half_escape(found[1])}"', strict=False))
        except ValueError:
            string = found[1]
        if found[3]:
            name = string
        elif not found[2] and record and not name:
            break  # a name that breaks off
        else:
            record[name] = f"{record[name]}\n{string}" if name in record else string
            name = ""
    return record


def _without_half_escape(text: str) -> str:
    return re.sub(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z", r"\1", text)


def _read(value: object, left: list[int]) -> Text | None:
    """The text of a value: of a string itself, of a list all items, of a record the fields that hold the report."""
    left[0] -= 1
    if left[0] < 0:
        raise _TooMany
    if isinstance(value, str):
        inner = open_record(value) if value.lstrip()[:1] in ("{", "[") else None
        return inner or Text(value)
    if isinstance(value, dict):
        return _read_records([value], left)
    if not isinstance(value, list):
        return None
    if value and all(isinstance(item, dict) for item in value):
        return _read_records(value, left)
    if any(isinstance(item, list) and not any(isinstance(cell, list | dict) for cell in item) for item in value):
        return _read_grid(value)
    texts = [found for found in (_read(item, left) for item in value) if found]
    return _join(texts)


def _join(texts: Sequence[Text]) -> Text | None:
    if not texts:
        return None
    title = next((found.title for found in texts if found.title), None)
    if len(texts) == 1:
        return texts[0]
    return Text("\n".join(map(_with_title, texts)), title, all(found.is_grid for found in texts))


def _with_title(found: Text) -> str:
    title = (found.title or "").strip()
    if title and title not in found.text[: 4 * len(title) + 200]:
        return f"{title}\n{found.text}"
    return found.text


def _read_grid(rows: Sequence[object]) -> Text | None:
    """Lists of cells beside a text, as rows between pipes."""
    lines = []
    for row in rows:
        cells = row if isinstance(row, list) else [row]
        lines.append("| " + " | ".join("" if cell is None else str(cell).replace("\n", " ") for cell in cells) + " |")
    return Text("\n".join(lines), None, True)


def _read_records(records: Sequence[Mapping[str, object]], left: list[int]) -> Text | None:
    """Records with fields of the same names: the fields that hold the report are chosen for all of them."""
    read = [{str(key): _read(value, left) for key, value in record.items()} for record in records]
    keys = list(dict.fromkeys(key for record in read for key in record))
    fields = {key: "\n".join(found.text for record in read if (found := record.get(key))) for key in keys}
    fields = {key: text for key, text in fields.items() if text.strip()}
    chosen = _choose({key: text for key, text in fields.items() if not _is_title(key, text)})
    texts = []
    for record in read:
        found = _join([text for key in chosen if (text := record.get(key))])
        titles = (text.text for key, text in record.items() if text and _is_title(key, text.text))
        title = next((title for title in titles if title.strip()), None)
        # A title that only an inner record has, beside the one with the text.
        title = title or next((text.title for text in record.values() if text and text.title), None)
        if found or title:
            texts.append(replace(found, title=title or found.title) if found else Text("", title))
    return _join(texts)


def _choose(fields: Mapping[str, str]) -> list[str]:
    """The names of the fields that hold the report: the one with nearly all labels, else all with labels or prose."""
    if len(fields) < 2:
        return list(fields)
    labels = {key: count_labels(text) for key, text in fields.items()}
    everything = count_labels("\n".join(fields.values()))
    pages = [key for key, text in fields.items() if looks_like_html(text)]
    if everything:
        best = max(fields, key=lambda key: (labels[key] >= _ALL * everything, key in pages, labels[key]))
        if labels[best] >= _ALL * everything:
            return [best]
    elif pages:
        return pages
    return [key for key, text in fields.items() if labels[key] or len(IDEOGRAPH.findall(text[:4096])) >= _PROSE]


def _is_title(key: str, text: str) -> bool:
    return "title" in key.lower() or (key in ("标题", "名称", "標題", "名稱") and len(text) < 300)
