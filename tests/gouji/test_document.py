"""What every reader gives: its errors, its boxes, and whether OCR read it."""

import pytest

from gouji.document import (
    Document,
    GoujiError,
    Page,
    ReadingTimeout,
    SourceError,
    SourceTooLarge,
    UnreadableSource,
    UnsupportedMedia,
    join_boxes,
)


def test_the_box_around_boxes_holds_all_of_them() -> None:
    assert join_boxes([(10, 20, 30, 40), None, (5, 25, 15, 90)]) == (5, 20, 30, 90)
    assert join_boxes([(10, 20, 30, 40)]) == (10, 20, 30, 40)


def test_where_there_is_no_box_there_is_none_around_it() -> None:
    assert join_boxes([]) is None
    assert join_boxes([None, None]) is None


def test_a_document_was_read_by_ocr_where_any_page_was() -> None:
    assert not Document("", ()).ocr
    assert not Document("", (), (Page(1), Page(2))).ocr
    assert Document("", (), (Page(1), Page(2, ocr=True))).ocr


@pytest.mark.parametrize("error", [UnreadableSource, UnsupportedMedia, SourceTooLarge, ReadingTimeout])
def test_whoever_catches_what_a_source_can_do_wrong_catches_all_of_it(error: type[Exception]) -> None:
    with pytest.raises(SourceError):
        raise error("of a source")
    assert issubclass(SourceError, GoujiError)
