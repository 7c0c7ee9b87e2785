"""Every warning that the library gives is explained, in two languages."""

import re
from pathlib import Path

import gouji
from gouji.missing.absence import REVIEWED
from gouji.notices import NOTICES, explain

SOURCES = Path(gouji.__file__).parent


def test_codes_that_ask_for_a_review_are_explained() -> None:
    assert set(REVIEWED) <= set(NOTICES)


def test_every_code_in_the_source_is_explained() -> None:
    given = {
        code
        for path in SOURCES.rglob("*.py")
        for code in re.findall(r"""Notice\(\s*"([a-z_]+)\"""", path.read_text(encoding="utf-8"))
    }
    assert len(given) > 3
    assert given <= set(NOTICES)


def test_each_is_told_in_english_and_in_chinese() -> None:
    for code in NOTICES:
        english, chinese = explain(code)
        assert english.isascii()
        assert not chinese.isascii()
        assert english.endswith(".")
        assert chinese.endswith("。")


def test_a_code_of_another_version_explains_itself_as_it_can() -> None:
    assert explain("of_long_ago") == ("of_long_ago", "of_long_ago")
