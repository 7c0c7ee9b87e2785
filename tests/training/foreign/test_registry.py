"""Renderings are registered by kind and part."""

from random import Random

import pytest

from training.foreign import registry
from training.foreign.registry import TEST, VALIDATION, Foreign, rendering, text_document


def test_a_function_is_registered_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RENDERINGS", [])

    @rendering("kind", TEST, heavy=True)
    def as_it_is(rng: Random) -> Foreign:
        return text_document("规章")

    (one,) = registry.RENDERINGS
    assert (one.kind, one.name, one.part, one.heavy) == ("kind", "as_it_is", TEST, True)
    assert one.render is as_it_is


def test_a_part_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="train"):
        rendering("kind", "train")
    assert set(registry.PARTS) == {TEST, VALIDATION}


def test_a_document_of_characters_has_its_encoding() -> None:
    assert text_document("规章", ending="html", encoding="gb18030") == Foreign("规章".encode("gb18030"), "html", ())
