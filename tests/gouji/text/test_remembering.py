import functools
import gc
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from gouji.recovery import recover_all
from gouji.text import remembering
from gouji.text.characters import FREQUENT, IDEOGRAPH
from gouji.text.remembering import LONGEST, forget_long_texts, remember

IDEOGRAPHS = sorted(filter(IDEOGRAPH.match, FREQUENT))  # of other ones, a text would be taken for a garbled one
ROWS = "三、收到和处理政府信息公开申请情况\n一、本年新收政府信息公开申请数量 | 3 | 0 | 0 | 0 | 0 | 0 | 3 |\n"


def test_short_texts_stay_and_long_ones_are_forgotten_with_their_parse() -> None:
    asked: list[tuple[str, int]] = []

    @remember(100)
    def measure(text: str, base: int) -> int:
        """Said by nobody else."""
        asked.append((text, base))
        return len(text) + base

    short, long = "规" * LONGEST, "规" * (LONGEST + 1)
    for _ in range(2):
        assert [measure(short, 1), measure(short, 2), measure(long, 1)] == [97, 98, 98]
    assert asked == [(short, 1), (short, 2), (long, 1)]
    forget_long_texts()
    assert [measure(short, 1), measure(long, 1)] == [97, 98]
    assert asked == [(short, 1), (short, 2), (long, 1), (long, 1)]
    assert measure.__doc__ == "Said by nobody else."


def test_no_more_are_kept_than_it_was_told() -> None:
    asked: list[str] = []
    measure = remember(2)(lambda text: asked.append(text) or len(text))
    for text in ("a", "b", "c", "a"):
        measure(text)
    assert asked == ["a", "b", "c", "a"]


def large_text(seed: int) -> bytes:
    """Paragraphs, cells and styles of several hundred characters that no other text has, around a row of a table."""
    rng = random.Random(seed)

    def prose() -> str:
        return "".join(rng.choices(IDEOGRAPHS, k=rng.randrange(200, 600)))

    if seed % 2:
        cells = "".join(f"<tr><td style='color:red;x-{prose()}:1'>{prose()}<td>{prose()}" for _ in range(40))
        return f"<html><table>{cells}<tr><td>规章<td>1<td>0</table>{ROWS}</html>".encode()
    lines = [f"{prose()}\n{prose()} | {prose()} | 5\n" for _ in range(40)]
    return (ROWS + "".join(lines) + ROWS).encode()


def caches() -> "Iterator[functools._lru_cache_wrapper[object]]":
    for found in gc.get_objects():
        if type(found) is functools._lru_cache_wrapper and str(found.__module__).startswith("gouji."):
            yield found


def strings_in(key: object) -> Iterator[str]:
    if isinstance(key, str):
        yield key
    elif isinstance(key, tuple | list):
        for part in key:
            yield from strings_in(part)


def held() -> tuple[list[tuple[str, int]], dict[str, int]]:
    """The caches that hold a long text, with its length, and the sizes of those that have no bound."""
    long: list[tuple[str, int]] = []
    unbounded: dict[str, int] = {}
    for cache in caches():
        name = f"{cache.__module__}.{cache.__qualname__}"
        if cache.cache_info().maxsize is None:
            unbounded[name] = cache.cache_info().currsize
        keys = [key for part in gc.get_referents(cache) if isinstance(part, dict) for key in part]
        for key in keys:
            long += [(name, len(text)) for text in strings_in(key) if len(text) > 2 * LONGEST]
    return long, unbounded


@pytest.fixture(scope="module")
def warm() -> None:
    for seed in range(-2, 0):
        recover_all(large_text(seed), engine="rules")


def test_no_cache_of_the_library_keeps_a_long_text_or_grows_without_bound(warm: None) -> None:
    _, before = held()
    for seed in range(2):
        recover_all(large_text(seed), engine="rules")
    long, after = held()
    assert long == []
    assert before  # of the forms alone: what has no bound is not asked with texts of a source
    assert after == before


def growth(seeds: range) -> int:
    """Bytes that the process holds more after it has read some large texts."""
    tracemalloc.start()
    try:
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for seed in seeds:
            recover_all(large_text(seed), engine="rules")
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def test_bytes_held_stay_bounded_however_many_large_texts_come(warm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    given = sum(len(large_text(seed)) for seed in range(10, 14))
    assert growth(range(10, 14)) < given / 5
    monkeypatch.setattr(remembering, "LONGEST", 10**9)  # as it was: the very thing that is measured here
    assert growth(range(20, 24)) > given / 2
