"""Colours of CSS: what a value says, and whether an eye tells two of them apart."""

import pytest

from gouji.readers.html.colours import BLACK, WHITE, Colour, first_colour, is_same, lay_over, read_colour


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("#fff", WHITE),
        ("ffffff", WHITE),
        (" White ", WHITE),
        ("rgb(0, 0, 0)", BLACK),
        ("rgba(255, 0, 0, 0.5)", (1, 0, 0, 0.5)),
        ("hsl(0 100% 50%)", (1, 0, 0, 1)),
        ("transparent", (0, 0, 0, 0)),
        ("fff", None),
        ("currentcolor", None),
        ("inherit", None),
        ("var(--paper)", None),
        ("", None),
    ],
)
def test_a_colour_is_read_as_a_browser_reads_it(value: str, colour: Colour | None) -> None:
    assert read_colour(value) == (None if colour is None else pytest.approx(colour))


def test_of_several_parts_the_first_that_is_a_colour_counts() -> None:
    assert first_colour("url(paper.png) no-repeat rgb(0, 0, 0) #fff") == BLACK
    assert first_colour("url(paper.png) no-repeat") is None


@pytest.mark.parametrize(
    ("colour", "expected"),
    [("#ffffff", True), ("#fdfdfd", True), ("#eeeeee", False), ("#ffff00", False), ("#000000", False)],
)
def test_what_an_eye_cannot_tell_from_white_is_the_same(colour: str, expected: bool) -> None:
    read = read_colour(colour)
    assert read is not None
    assert is_same(read, WHITE) is expected
    assert is_same(WHITE, read) is expected


def test_two_dark_colours_are_told_apart_by_their_channels() -> None:
    assert not is_same((0.0, 0.0, 0.2, 1.0), BLACK)
    assert is_same((0.02, 0.02, 0.02, 1.0), BLACK)


def test_a_colour_over_another_is_mixed_by_its_alpha() -> None:
    assert lay_over((1, 0, 0, 0.25), WHITE) == pytest.approx((1, 0.75, 0.75, 1))
    assert lay_over(BLACK, None) == BLACK
    assert lay_over((1, 0, 0, 0.25), None) is None
