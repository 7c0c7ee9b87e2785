"""Damage to the text of a document, done to tokens: what is lost, doubled or put between."""

from random import Random

import pytest

from training.damage.corruptions_text import (
    add_empty_paragraphs,
    glue_values,
    insert_pipe_rows,
    lose_span_characters,
    split_values,
)
from training.network.tokens import GAP, JUNK, LABEL, VALUE, Token


def row(name: str, *values: str) -> list[Token]:
    tokens = [Token("办理结果的名称", LABEL, None, name)]
    for n, value in enumerate(values):
        tokens += [Token(" | ", GAP), Token(value, VALUE, f"{name}.{n}", name)]
    return [*tokens, Token(" |\n", GAP)]


TOKENS = [*row("granted", "12", "345", "6"), *row("other", "78", "90", "1")]


def text_of(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


def values_of(tokens: list[Token]) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for token in tokens:
        if token.role == VALUE:
            found[token.cell] = found.get(token.cell, "") + token.text
    return found


@pytest.mark.parametrize("seed", range(5))
def test_glued_values_lose_what_was_between_and_no_digit(seed: int) -> None:
    glued = glue_values(TOKENS, Random(seed))
    assert values_of(glued) == values_of(TOKENS)
    assert 0 < len(TOKENS) - len(glued) <= 4


@pytest.mark.parametrize("seed", range(5))
def test_a_number_that_falls_apart_is_two_tokens_of_one_cell(seed: int) -> None:
    apart = split_values(TOKENS, Random(seed))
    assert values_of(apart) == values_of(TOKENS)
    assert len(apart) > len(TOKENS)


def test_a_row_of_pipes_is_junk_and_only_where_there_are_pipes() -> None:
    piped = insert_pipe_rows(TOKENS, Random(1))
    (junk,) = [token for token in piped if token.role == JUNK]
    assert set(junk.text) == {"|"}
    plain = [token._replace(text="\n") if token.role == GAP else token for token in TOKENS]
    assert insert_pipe_rows(plain, Random(1)) == plain


def test_lost_characters_are_of_labels_and_of_no_value() -> None:
    lost = [lose_span_characters(TOKENS, Random(seed)) for seed in range(40)]
    assert all(values_of(tokens) == values_of(TOKENS) for tokens in lost)
    assert any(len(text_of(tokens)) < len(text_of(TOKENS)) for tokens in lost)


def test_empty_paragraphs_are_lines_more() -> None:
    made = [add_empty_paragraphs(TOKENS, Random(seed)) for seed in range(60)]
    assert any(text_of(tokens).count("\n") > text_of(TOKENS).count("\n") for tokens in made)
    assert all(text_of(tokens).replace("\n", "") == text_of(TOKENS).replace("\n", "") for tokens in made)
