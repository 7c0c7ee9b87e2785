"""Pictures of single lines -> their characters and how sure each is."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from gouji.document import UnreadableSource
from gouji.readers.page.ink import Glyph, glyphs_to_lines, union
from gouji.readers.pdf.ink import page_to_ink
from gouji.readers.scan import recognition
from gouji.readers.scan.recognition import Character, Reading, recognize

DOCUMENTS = Path(__file__).resolve().parents[3] / "documents"
Gray = NDArray[np.uint8]


@pytest.fixture(scope="module")
def printed() -> Iterator[list[tuple[str, Gray]]]:
    """Some lines of a printed page, with the text of each."""
    document = pdfium.PdfDocument(DOCUMENTS / "pdf_borderless_zeros" / "report.pdf")
    scale = 200 / 72
    ink, _ = page_to_ink(document[0], 1)
    page = np.array(document[0].render(scale=scale, grayscale=True).to_pil())
    lines: list[tuple[str, Gray]] = []
    for line in glyphs_to_lines(ink.glyphs):
        text = "".join(glyph.text for glyph in line)
        if 6 <= len(text) <= 30 and close(line):
            left, top, right, bottom = (round(side * scale) for side in union(glyph.box for glyph in line))
            lines.append((text, page[top - 3 : bottom + 3, left - 3 : right + 3]))
    yield lines[:4]
    document.close()


def close(line: list[Glyph]) -> bool:
    return all(b.x0 - a.x1 < 4 for a, b in pairwise(line))


def test_printed_lines_are_read_each_in_its_place(printed: list[tuple[str, Gray]]) -> None:
    assert len(printed) > 2
    readings = recognize([picture for _, picture in printed])
    assert [r.text.replace(" ", "") for r in readings] == [text for text, _ in printed]
    for reading in readings:
        assert reading.score > 0.5
        places = [c.at for c in reading.characters]
        assert places == sorted(places)
        assert places[0] < 0.2
        assert places[-1] > 0.8


def test_a_line_is_read_the_same_alone_and_beside_longer_ones(printed: list[tuple[str, Gray]]) -> None:
    pictures = [picture for _, picture in printed]
    assert [r.text for r in recognize(pictures)] == [recognize([picture])[0].text for picture in pictures]


def test_nothing_on_a_picture_is_no_character() -> None:
    (reading,) = recognize([np.full((40, 120), 255, np.uint8)])
    assert (reading.text, reading.score) == ("", 0.0)
    assert recognize([]) == []


def test_a_reading_is_as_sure_as_its_least_sure_character() -> None:
    reading = Reading((Character("1", 0.9, 0.2), Character("2", 0.4, 0.8)))
    assert (reading.text, reading.score) == ("12", 0.4)


def test_repetitions_are_one_character_unless_a_blank_parts_them() -> None:
    best = [0, 1, 1, 0, 1, 2, 2, 0]
    steps = np.full((8, 3), 0.1, np.float32)
    steps[range(8), best] = [0.9, 0.5, 0.8, 0.9, 0.6, 0.7, 0.7, 0.9]
    reading = recognition._decode(steps, ("", "甲", "乙"), 1.0)
    assert [(c.text, round(c.score, 2)) for c in reading.characters] == [("甲", 0.8), ("甲", 0.6), ("乙", 0.7)]
    assert [c.at for c in reading.characters] == pytest.approx([2 / 8, 4.5 / 8, 6 / 8])
    stretched = recognition._decode(steps, ("", "甲", "乙"), 2.0)
    assert [c.at for c in stretched.characters] == pytest.approx([4 / 8, 9 / 8 if 9 / 8 < 1 else 1.0, 1.0])


def test_without_weights_a_scan_says_what_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recognition, "WEIGHTS", tmp_path / "gone.onnx")
    monkeypatch.setattr(recognition, "_network", recognition._network.__wrapped__)
    with pytest.raises(UnreadableSource, match=r"gone\.onnx"):
        recognize([np.zeros((20, 20), np.uint8)])
