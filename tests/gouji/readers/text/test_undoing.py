"""What was done to a text is undone, layer by layer; what is healthy, or only looks escaped, is left alone."""

from pathlib import Path

import pytest

from gouji.readers import read
from gouji.readers.text.encoding import decode
from gouji.readers.text.undoing import undo
from gouji.text.characters import count_labels
from tests.gouji.readers.text.wrapped_texts import DOCUMENTS, PAGE, SOURCES, fragments, strings

WRITTEN = sorted(path for kind in ("txt", "html", "md", "json") for path in DOCUMENTS.glob(f"*/report.{kind}"))
WRAPPED = ("l16_html_in_json", "undone_")  # what is undone is no healthy document


@pytest.mark.parametrize(
    "path", [p for p in WRITTEN if not p.parent.name.startswith(WRAPPED)], ids=lambda path: path.parent.name
)
def test_healthy_documents_are_left_alone(path: Path) -> None:
    text = decode(path.read_bytes())
    undone = undo(text)
    assert undone.text == text
    assert undone.title is None


@pytest.mark.parametrize("source", ["piped", "lines", "traditional"])
def test_two_layers_of_wrong_decoding_are_undone(source: str) -> None:
    text = SOURCES[source]
    twice = text.encode().decode("cp1252", errors="replace").encode().decode("cp1252", errors="replace")
    assert count_labels(read(twice.encode()).text) >= 0.9 * count_labels(text)
    mixed = text.encode("gb18030").decode("latin-1").encode().decode("latin-1")
    assert read(mixed.encode()).text == text
    entities = "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in text.encode("gb18030").decode("latin-1"))
    assert read(entities.encode()).text == text
    assert read(strings(text.encode().decode("latin-1")).encode()).text == text


def test_a_page_whose_letters_are_references_to_wrong_bytes() -> None:
    garbled = "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in PAGE.encode("gb18030").decode("latin-1"))
    assert fragments(read(garbled.encode())) == fragments(read(PAGE.encode()))


@pytest.mark.parametrize(
    "text",
    [
        '[网站首页] 某局"年报"\n行政许可 | 3 | "x"\n行政处罚 | 2 |',
        "C:\\new\\table 100% R&D 行政许可 | 3 |\n行政处罚 | 4 |",
        "链接 http://example.cn/?q=%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF&b=%E8%A7%84%E7%AB%A0 行政许可 | 3 |\n" * 3,
        "㙟㙍村、䶮镇、峃口、Müller、Škoda、Ёлка 行政许可 | 3 |\n" * 3,
        "a=1=2E=B2 规章 | 0 |\n行政许可 | =3D |\n",
    ],
)
def test_what_only_looks_escaped_is_left_alone(text: str) -> None:
    assert undo(text).text == text
