"""Text that was written in escapes, and the ways back: string literals, references, percents, mail, base64.

Each way is told by a cheap sign and gives the text that the escapes stand for, or several where their bytes can be read
in more than one encoding. Whether one is taken is decided in undoing.py.
"""

import base64
import binascii
import html
import quopri
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from urllib.parse import unquote_to_bytes

_ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
_STRING = re.compile(
    r"(?:(?:\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2})[@-\[\]-~]?)+|\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)",
    re.DOTALL,
)
_BYTE = re.compile(r"\\x([0-9a-fA-F]{2})|\\([0-3][0-7]{2})")
_SCRIPT = re.compile(r"<script\b.*?</script", re.IGNORECASE | re.DOTALL)
_ESCAPED_QUOTE = re.compile(r"<[a-zA-Z]+\s[^<>]*=\\[\"']")
_WIDE_BYTES = re.compile(r"(?:(?:\\x[89a-fA-F][0-9a-fA-F]|\\[23][0-7]{2})[@-\[\]-~]?)+")
_WIDE_UNIT = re.compile(r"\\+u((?!00[0-7])[0-9a-fA-F]{4})")
_BYTE_OR_LETTER = re.compile(rf"{_BYTE.pattern}|(.)")
_LETTERS = {"n": "\n", "r": "", "t": "\t", "f": "\n", "b": " ", "v": " ", '"': '"', "'": "'", "/": "/", "\\": "\\"}
_WRITTEN_BREAK = re.compile(r"\\(?:r\\)?n")
_BARE_UNIT = re.compile(r"(?<![0-9A-Za-z])(?:u[0-9a-f]{4})+(?![0-9a-z])", re.IGNORECASE)
_PERCENT_UNIT = re.compile(r"%u([0-9a-fA-F]{4})|%([0-7][0-9a-fA-F])")
_TWICE = re.compile("%(?:25)+(?=[0-9a-fA-F]{2})")
_PERCENT_RUN = re.compile(r"%[0-9a-fA-F]{2}[!-~]*")
_REFERENCE = re.compile(r"&(?:amp;)*(?:#[0-9]{2,7};?|#[xX][0-9a-fA-F]{2,6};?|[a-zA-Z][a-zA-Z0-9]{1,30};|nbsp\b)")
_NO_MARKUP = frozenset("<>&\"'")
_PERCENTS = re.compile("%(?:25)*[0-9a-fA-F]{2}%(?:25)*[0-9a-fA-F]{2}")
_QUOTED_PRINTABLE = re.compile("=[0-9A-F]{2}=[0-9A-F]{2}")
_UTF7 = re.compile(r"\+[A-Za-z0-9+/]{3,}-?")
_BASE64 = re.compile(r"\s*(?:data:[^,]{0,80};base64,)?\s*([A-Za-z0-9+/_\-\s]{160,}={0,2})\s*")


@dataclass(frozen=True, slots=True)
class Escape:
    """One way of writing text in escapes.

    mark: what no text of it is without.  sign: what tells of it, at least `least` times.
    back: the text without them, perhaps read in several ways.
    plain: whether the escapes mean nothing else in any text, so that they are taken out even where no label shows.
    """

    name: str
    mark: str
    sign: re.Pattern[str]
    least: int
    back: Callable[[str], Iterator[str]]
    plain: bool = False

    def is_there(self, text: str) -> bool:
        """Whether the sign stands in the text often enough."""
        return self.mark in text and sum(1 for _ in islice(self.sign.finditer(text), self.least)) == self.least


def _from_bytes(text: str, runs: re.Pattern[str], to_bytes: Callable[[str], bytes]) -> Iterator[str]:
    """The text with runs of escaped bytes decoded: one text for each encoding that all of them may be in."""
    for encoding in _ENCODINGS:
        yield runs.sub(lambda run: to_bytes(run.group()).decode(encoding, errors="replace"), text)  # noqa: B023


def undo_string(text: str) -> Iterator[str]:
    """`\\u653f\\n`, also as bytes (`\\xe6\\x94\\xbf`, `\\346\\224\\277`) and with surrogates apart."""
    for encoding in _ENCODINGS if _BYTE.search(text) else _ENCODINGS[:1]:
        undone = _STRING.sub(lambda found: _unescape(found, encoding), text)  # noqa: B023
        yield join_surrogates(undone)


def _unescape(found: re.Match[str], encoding: str) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if 0 < number <= 0x10FFFF else ""
    if found[4]:
        return _LETTERS.get(found[4], found.group())
    return _read_bytes(encoding, found)


def _read_bytes(encoding: str, found: re.Match[str]) -> str:
    """A run of escaped bytes, and of the letters that are second bytes among them."""
    data = b"".join(
        bytes((int(a, 16) if a else int(b, 8),)) if a or b else letter.encode()
        for a, b, letter in _BYTE_OR_LETTER.findall(found.group())
    )
    return data.decode(encoding, errors="replace")


def join_surrogates(text: str) -> str:
    """The text with pairs of surrogates made one character each, and lone ones U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", errors="replace")


def _undo_bare(text: str) -> Iterator[str]:
    """`u653fu5e9c`: escapes whose backslashes were lost."""
    units = re.compile("[uU]([0-9a-fA-F]{4})")
    yield join_surrogates(_BARE_UNIT.sub(lambda m: units.sub(lambda u: chr(int(u[1], 16)), m.group()), text))


def _undo_percent_units(text: str) -> Iterator[str]:
    """`%u653f%u5e9c`, as JavaScript's escape() writes."""
    yield join_surrogates(_PERCENT_UNIT.sub(lambda m: chr(int(m[1] or m[2], 16)), text))


def _undo_percents(text: str) -> Iterator[str]:
    """`%E6%94%BF`; a form writes a plus for a blank."""
    if " " not in text.strip():
        text = text.replace("+", " ")
    if 2 * len(_TWICE.findall(text)) > text.count("%"):
        text = _TWICE.sub("%", text)
    yield from _from_bytes(text, _PERCENT_RUN, unquote_to_bytes)


def _undo_quoted_printable(text: str) -> Iterator[str]:
    """`=E6=94=BF`, with soft breaks of lines."""
    data = quopri.decodestring(text.encode("utf-8", errors="replace"))
    yield from (data.decode(encoding, errors="replace") for encoding in _ENCODINGS)


def undo_references(text: str) -> Iterator[str]:
    """`&#25919;`, `&amp;nbsp;`: what a browser makes of them, however often the ampersand was escaped."""
    yield _REFERENCE.sub(lambda found: html.unescape(_once(found.group())), text)


def undo_references_of_page(text: str) -> Iterator[str]:
    """The same in HTML, where a reference that stands for a mark of markup stays one."""
    yield _REFERENCE.sub(_unless_markup, text)


def _unless_markup(found: re.Match[str]) -> str:
    once = _once(found.group())
    character = html.unescape(once)
    return once if _NO_MARKUP.intersection(character) else character


def _once(reference: str) -> str:
    return re.sub("&(?:amp;)+", "&", reference)


def _undo_utf7(text: str) -> Iterator[str]:
    yield text.encode("ascii", errors="ignore").decode("utf-7", errors="replace")


def _undo_base64(text: str) -> Iterator[str]:
    found = _BASE64.fullmatch(text)
    if found:
        packed = "".join(found[1].split()).translate(str.maketrans("-_", "+/"))
        try:
            data = base64.b64decode(packed + "=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            return
        yield from (data.decode(encoding, errors="replace") for encoding in _ENCODINGS)


def _undo_breaks(text: str) -> Iterator[str]:
    """Chinese in one line, its breaks written as `\\n`."""
    if len(_WRITTEN_BREAK.findall(text)) > text.count("\n"):
        yield from undo_string(text)


def _undo_string_of_page(text: str) -> Iterator[str]:
    """HTML that is a string literal itself; in other pages only what cannot be a mark of markup."""
    seen = _SCRIPT.sub("", text)
    if len(_WRITTEN_BREAK.findall(seen)) > seen.count("\n") or _ESCAPED_QUOTE.search(seen):
        yield from undo_string(text)
    else:
        undone = _WIDE_UNIT.sub(lambda found: chr(int(found[1], 16)), text)
        for encoding in _ENCODINGS if _WIDE_BYTES.search(text) else _ENCODINGS[:1]:
            yield join_surrogates(_WIDE_BYTES.sub(partial(_read_bytes, encoding), undone))


OF_TEXT = (
    Escape("string", "\\", re.compile(r"\\u\{?[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2}"), 3, undo_string, True),
    Escape("breaks", "\\", _WRITTEN_BREAK, 3, _undo_breaks, True),
    Escape("references", "&", _REFERENCE, 1, undo_references, True),
    Escape("bare units", "u", _BARE_UNIT, 3, _undo_bare),
    Escape("percent units", "%u", re.compile("%u[0-9a-fA-F]{4}"), 3, _undo_percent_units, True),
    Escape("percents", "%", _PERCENTS, 3, _undo_percents),
    Escape("quoted-printable", "=", _QUOTED_PRINTABLE, 3, _undo_quoted_printable),
    Escape("UTF-7", "+", _UTF7, 3, _undo_utf7),
    Escape("base64", "", re.compile(r"\A\s*(?:data:|[A-Za-z0-9+/_-]{40})"), 1, _undo_base64),
)

# In a page, single references are read by its parser: what is undone here are those that would be left.
_LEFT_REFERENCE = re.compile(r"&(?:amp;)+(?:#[0-9]{2,7};|#[xX][0-9a-fA-F]{2,6};|[a-zA-Z][a-zA-Z0-9]{1,30};)")
_LATIN_REFERENCE = re.compile(
    "&(?:#(?:1[2-9][0-9]|2[0-5][0-9])|[A-Za-z](?:grave|acute|circ|uml|tilde|ring|cedil|slash)|(?:AE|ae|sz)lig|eth|ETH"
    "|thorn|THORN|sup[123]|frac[13][24]|iquest|iexcl|cedil|ordm|ordf);"
)
OF_PAGE = (
    Escape(
        "string",
        "\\",
        re.compile(rf"{_WRITTEN_BREAK.pattern}|{_ESCAPED_QUOTE.pattern}|{_WIDE_UNIT.pattern}|\\x[89a-f]|\\[23][0-7]"),
        3,
        _undo_string_of_page,
        True,
    ),
    Escape("references", "&", _LEFT_REFERENCE, 1, undo_references_of_page, True),
    Escape("Latin references", "&", _LATIN_REFERENCE, 12, undo_references_of_page, True),
    Escape("quoted-printable", "=", _QUOTED_PRINTABLE, 3, _undo_quoted_printable),
    Escape("percents", "%", _PERCENTS, 3, _undo_percents),
    Escape("UTF-7", "+", re.compile(rf"{_UTF7.pattern}-"), 3, _undo_utf7),
)
