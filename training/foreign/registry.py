"""The renderings: functions from random numbers to one document, each of a kind and of one part."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from training.pages.page import Truth

VALIDATION, TEST = "validation", "test"
PARTS = (VALIDATION, TEST)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A document: its bytes, the ending of its name, and the truth of every report in it (mostly one)."""

    data: bytes
    ending: str
    truths: tuple[Truth, ...]


Render = Callable[[Random], Foreign]


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way in which documents of a kind look. `heavy`: it makes pictures or pages, which takes Chromium and room."""

    kind: str
    name: str
    part: str
    render: Render
    heavy: bool = False


RENDERINGS: list[Rendering] = []


def rendering(kind: str, part: str, heavy: bool = False) -> Callable[[Render], Render]:
    """Register a function as a rendering of a kind. Raises ValueError for a part that is none."""
    if part not in PARTS:
        raise ValueError(f"no part: {part!r}")

    def register(render: Render) -> Render:
        RENDERINGS.append(Rendering(kind, render.__name__, part, render, heavy))
        return render

    return register


def text_document(text: str, *truths: Truth, ending: str = "txt", encoding: str = "utf-8") -> Foreign:
    """A document of characters."""
    return Foreign(text.encode(encoding), ending, truths)
