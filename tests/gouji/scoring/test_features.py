import numpy as np
import pytest

from gouji.document import Document
from gouji.forms import APPLICATIONS, FORMS, TABLES, template
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring import features
from gouji.scoring.features import MOST_CHARACTERS, MOST_PIECES, encode, text_to_ids
from gouji.scoring.piece_features import FEATURE_AT, FEATURES, SUM_FEATURES

ROWS = """信息内容 | 自然人 | 总计 |
一、本年新收政府信息公开申请数量 | 4 | 0 | 1 | 0 | 0 | 0 | 5 |
二、上年结转政府信息公开申请数量 | 0 | | / | 0 | 0 | 0 | 0 |
四、结转下年度继续办理 | 1,113 | 0 | 减4 | 00 | 2.5 | 0 | * |
"""


def stream_of(text: str, table: str = APPLICATIONS) -> CellStream:
    document: Document = text_to_document(text)
    return CellStream(table, tuple(document_to_pieces(document)))


def numbers_of(text: str) -> np.ndarray:
    return encode(stream_of(text), template(APPLICATIONS, "2021")).numbers


def value_of(numbers: np.ndarray, piece: int, name: str) -> float:
    return float(numbers[piece, FEATURE_AT[name]])


def test_names_are_unique_and_sums_are_among_them() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    assert set(SUM_FEATURES) < set(FEATURES)
    at = FEATURES.index(SUM_FEATURES[0])
    assert FEATURES[at : at + len(SUM_FEATURES)] == SUM_FEATURES


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", FORMS)
def test_shapes_follow_stream_and_template(table: str, form: str) -> None:
    stream, of = stream_of(ROWS, table), template(table, form)
    encoded = encode(stream, of)
    count, height, width = len(stream.pieces), len(of.rows), max(len(row) for row in of.rows)
    texts = len(encoded.characters)
    assert encoded.characters.shape == (texts, MOST_CHARACTERS)
    assert encoded.likeness.shape == (texts, height, 2)
    assert encoded.numbers.shape == (count, len(FEATURES))
    assert encoded.text.shape == (count,)
    assert encoded.columns.sum() == len(of.cells)
    assert encoded.column_text.shape == (height, width)
    assert max(encoded.text.max(), encoded.row_text.max(), encoded.column_text.max()) < texts
    assert not encoded.characters[0].any()
    assert np.isfinite(encoded.numbers).all()


def test_texts_are_told_by_characters_and_values_are_not() -> None:
    stream = stream_of(ROWS)
    encoded = encode(stream, template(APPLICATIONS, "2021"))
    for piece, text in zip(stream.pieces, encoded.text, strict=True):
        expected = () if piece.is_value else text_to_ids(piece.label)
        assert tuple(encoded.characters[text][encoded.characters[text] > 0]) == expected


def test_a_label_is_most_like_its_own_row() -> None:
    encoded = encode(stream_of(ROWS), template(APPLICATIONS, "2021"))
    first_label = 3
    assert encoded.likeness[encoded.text[first_label], :, 1].argmax() == 0
    assert value_of(encoded.numbers, first_label, "likest_row") == 0
    assert value_of(encoded.numbers, first_label, "likest_label") > 1


def test_a_total_equals_the_sum_of_the_six_before_it() -> None:
    numbers = numbers_of(ROWS)
    total = 10  # 4 0 1 0 0 0 5
    assert value_of(numbers, total, "sum_of_6") == 1
    assert value_of(numbers, total, "sum_of_run") == 1
    assert value_of(numbers, total, "sum_of_2") == 0
    # A sum of nothing but zeros says less.
    assert value_of(numbers, 18, "sum_of_6") == 0.25


def test_no_sum_reaches_over_a_label() -> None:
    numbers = numbers_of("规章 | 3 | 2 |\n行政许可 | 5 |\n")
    assert not numbers[:, [FEATURE_AT[name] for name in SUM_FEATURES]].any()


def test_kinds_of_values() -> None:
    stream = stream_of(ROWS)
    numbers = encode(stream, template(APPLICATIONS, "2021")).numbers
    at = {piece.fragment.text: i for i, piece in enumerate(stream.pieces)}
    assert value_of(numbers, at[""], "kind_empty") == 1
    assert value_of(numbers, at["/"], "kind_mark") == 1
    assert value_of(numbers, at["减4"], "negative") == 1
    assert value_of(numbers, at["2.5"], "decimal") == 1
    assert value_of(numbers, at["00"], "leading_zero") == 1
    assert value_of(numbers, at["5"], "leading_zero") == 0


def test_places_in_a_run_count_from_both_ends() -> None:
    numbers = numbers_of(ROWS)
    for place in range(7):
        assert value_of(numbers, 4 + place, f"run_place_{place}") == 1
        assert value_of(numbers, 4 + place, f"run_rest_{6 - place}") == 1
    assert value_of(numbers, 3, "run_length") == 0


def test_likeness_of_unknown_text_is_low_and_of_no_text_lowest() -> None:
    encoded = encode(stream_of("今天天气很好 | 3 |\n"), template(APPLICATIONS, "2021"))
    assert encoded.likeness[encoded.text[0]].max() <= 0
    assert (encoded.likeness[0] < 0).all()


def test_long_streams_are_cut() -> None:
    encoded = encode(stream_of("0 |\n" * (MOST_PIECES + 40)), template(APPLICATIONS, "2021"))
    assert encoded.numbers.shape[0] == MOST_PIECES


def test_an_empty_stream_is_encoded() -> None:
    encoded = encode(CellStream(APPLICATIONS, ()), template(APPLICATIONS, "2021"))
    assert encoded.numbers.shape == (0, len(FEATURES))


def test_the_digest_follows_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = features.digest()
    assert before == features.digest()
    monkeypatch.setattr(features, "VERSION", features.VERSION + 1)
    assert features.digest() != before


def test_characters_of_no_label_share_buckets() -> None:
    known, other = text_to_ids("一规"), text_to_ids("龘鑫")
    assert max(known) <= len(features._LETTERS) < min(other)
    assert max(other) < features.CHARACTERS
    assert len(text_to_ids("长" * 100)) == MOST_CHARACTERS
