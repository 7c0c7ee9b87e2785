"""Tokens joined into a text, with the marks of its pieces."""

from training.network.tokens import GAP, LABEL, VALUE, Mark, Token, join_tokens


def test_marks_point_to_their_pieces_without_outer_blanks() -> None:
    text, marks = join_tokens(
        [Token("前言"), Token(" 规章 ", LABEL, None, "r"), Token("|", GAP), Token(" 3", VALUE, "c", "r")]
    )
    assert text == "前言 规章 | 3"
    assert [text[m.start : m.end] for m in marks] == ["规章", "3"]
    assert [(m.role, m.cell, m.row) for m in marks] == [(LABEL, None, "r"), (VALUE, "c", "r")]


def test_a_blank_that_shows_nothing_has_its_place_and_no_length() -> None:
    text, marks = join_tokens([Token("a"), Token("  ", VALUE, "c", "r"), Token("b")])
    assert text == "a  b"
    assert marks == (Mark(1, 1, VALUE, "c", "r"),)
    assert join_tokens([]) == ("", ())
