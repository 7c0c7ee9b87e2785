"""Frames are chosen by evidence: whole rows, sums beyond chance, numbers left over."""

import pytest

from gouji.alignment.by_frame import choose_frame
from gouji.alignment.evidence import read_values, weigh_evidence
from gouji.forms import APPLICATIONS, template
from gouji.layouts import families
from gouji.layouts.families import propose_frames
from gouji.layouts.frame import Frame
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import rules
from tests.gouji.filled import align

WHOLE = template(APPLICATIONS, "2021")


def rows(numbers: list[list[int]]) -> str:
    return "\n".join(
        f"{row.label} | " + " | ".join(map(str, told)) + " |" for row, told in zip(WHOLE.rows, numbers, strict=True)
    )


def stream_of(text: str) -> CellStream:
    return CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(text))))


def balanced() -> list[list[int]]:
    """Numbers whose sums hold: 3 of natural persons and 1 of a business, new, granted and in the total."""
    told = {"new_received", "granted", "total_processed"}
    return [[3, 1, 0, 0, 0, 0, 4] if row.key in told else [0] * 7 for row in WHOLE.rows]


def test_rows_sums_and_left_over_numbers_are_the_evidence() -> None:
    zeros = weigh_evidence(align(stream_of(rows([[0] * 7] * 25)), WHOLE, rules.score))
    held = weigh_evidence(align(stream_of(rows(balanced())), WHOLE, rules.score))
    numbers = balanced()
    numbers[2] = [3, 0, 1, 0, 0, 0, 4]
    failing = weigh_evidence(align(stream_of(rows(numbers)), WHOLE, rules.score))
    left = weigh_evidence(align(stream_of(rows(balanced()) + "\n7 | 8 | 9 |"), WHOLE, rules.score))
    assert zeros == 25 * 1.5  # sums of zeros say nothing
    assert held > zeros > 0
    assert failing < held
    assert left < held - 15


def test_another_frame_that_is_as_good_leaves_in_doubt_what_it_gives_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stream_of(rows(balanced()))
    numbers = balanced()
    for r, row in enumerate(numbers):
        numbers[r] = [row[1], row[0], *row[2:]]  # two columns exchanged: every sum holds as well
    other = stream_of(rows(numbers))

    def propose(nats: float) -> None:
        monkeypatch.setattr(families, "FAMILIES", (lambda _: iter([Frame("exchanged", other, nats)]),))

    assert choose_frame(stream, rules.score)[1] == frozenset()
    propose(-1.0)
    chosen, disputed = choose_frame(stream, rules.score)
    assert chosen is propose_frames(stream)[0].stream
    assert disputed == {
        f"{key}.{column}"
        for key in ("new_received", "granted", "total_processed")
        for column in ("natural_person", "business")
    }
    propose(-20.0)
    assert choose_frame(stream, rules.score)[1] == frozenset()
    assert read_values(align(stream, WHOLE, rules.score))["granted.total"] == 4
