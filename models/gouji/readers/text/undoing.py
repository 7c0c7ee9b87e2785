"""Text that was escaped, wrapped or decoded wrongly on its way here -> the text that its author wrote.

One mechanism: every way back whose sign is there is tried, each result is judged by the labels of the official form and
the usual characters that it gives, against the text as it stands, and the best is taken where it is clearly better.
Again and again, because texts are escaped twice and thrice. What is healthy shows no sign, and is not looked at closer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gouji.readers.html.markup import has_markup
from gouji.readers.text.escapes import OF_PAGE, OF_TEXT
from gouji.readers.text.mojibake import looks_decoded_wrongly, unwrap_latin, value_of, ways_back
from gouji.readers.text.records import open_record
from gouji.text.characters import count_labels

_ROUNDS = 8
_AHEAD = 2  # ways back that are tried one behind the other before any label shows
_CLEARLY = 2  # labels more, where nothing else speaks for a way back
_MOST = 4_000_000  # characters of a text that is still looked at


@dataclass(frozen=True, slots=True)
class Undone:
    """A text as it was written, the title that what was around it gave, and whether it holds markup."""

    text: str
    title: str | None = None
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    certain: bool  # taken where it gives as many labels as there were
    title: str | None = None
    decoded: bool = False


def undo(text: str) -> Undone:
    """Undo what was done to a text, HTML or not."""
    title = None
    for _ in range(_ROUNDS):
        found = _best(text) if len(text) <= _MOST else None
        if found is None:
            break
        text, title = found.text, found.title or title
    return Undone(text, title, has_markup(text))


def _best(text: str, ahead: int = _AHEAD) -> _Candidate | None:
    candidates = list(_candidates(text))
    if not candidates:
        return None
    labels = count_labels(text)
    judged = sorted(
        ((count_labels(each.text), value_of(each.text), i) for i, each in enumerate(candidates)), reverse=True
    )
    for most, _, i in judged:
        if most >= labels + _CLEARLY or (candidates[i].certain and most >= labels):
            return candidates[i]
    for each in [each for each in candidates if not each.decoded] if ahead else ():
        further = _best(each.text, ahead - 1)
        if further is not None and count_labels(further.text) >= labels + _CLEARLY:
            return further
    return None


def _candidates(text: str) -> Iterator[_Candidate]:
    record = open_record(text)
    if record is not None and record.text != text:
        yield _Candidate(record.text, True, record.title)
        return
    for escape in OF_PAGE if has_markup(text) else OF_TEXT:
        if escape.is_there(text):
            for back in escape.back(text):
                if back != text and back.strip():
                    yield _Candidate(back, escape.plain and len(back) < len(text))
    if looks_decoded_wrongly(text):
        yield from (_Candidate(back, True, decoded=True) for back in ways_back(text))
        unwrapped = unwrap_latin(text)
        if unwrapped is not None:
            yield _Candidate(unwrapped, True)
