"""What was computed of a text is kept for the next time: for ever of a short one, for one parse of a long one.

Labels and values repeat from report to report, paragraphs do not: a paragraph that stays is kept for nothing, as long
as its process lives. What caches hold is bounded in bytes only where the texts in them are bounded in length.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

LONGEST = 96  # characters of a text that is kept for ever
_P = ParamSpec("_P")
_R = TypeVar("_R")
_Function = Callable[Concatenate[str, _P], _R]
_forget: list[Callable[[], None]] = []


def remember(most: int) -> Callable[[_Function[_P, _R]], _Function[_P, _R]]:
    """Keep the results of a function for at most so many short texts, and so many long ones, its first argument."""

    def decorate(function: _Function[_P, _R]) -> _Function[_P, _R]:
        short, long = lru_cache(maxsize=most)(function), lru_cache(maxsize=most)(function)
        _forget.append(long.cache_clear)

        @wraps(function)
        def call(text: str, /, *rest: _P.args, **named: _P.kwargs) -> _R:
            # texts and names of tables: all of them can be hashed
            return (short if len(text) <= LONGEST else long)(text, *rest, **named)  # type: ignore[arg-type]

        return call

    return decorate


def forget_long_texts() -> None:
    """Let go of the long texts: the parse that they belong to is over. Another one under way only computes again."""
    for forget in _forget:
        forget()
