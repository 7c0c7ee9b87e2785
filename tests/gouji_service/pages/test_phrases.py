"""Both languages say the same, and every phrase is used."""

import re
import string

import pytest

from gouji_service.http.keys import User
from gouji_service.pages.phrases import PHRASES, phrase
from gouji_service.pages.rendering import FOLDER, render_page

CHINESE = re.compile("[\u4e00-\u9fff]")
# of which a template or a script makes the name
BUILT = re.compile("(state|file|verdict|check|remedy|item|key|job|shape|headers|states|facet|sum|kind)_")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_tell_the_same_values(key: str) -> None:
    zh, en = PHRASES[key]
    assert places(zh) == places(en)
    assert key == "other_language" or not CHINESE.search(en)


def test_every_phrase_is_used_and_every_phrase_used_is_there() -> None:
    files = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.js")]
    code = "".join(file.read_text(encoding="utf-8") for file in files).replace("'", '"')
    assert [key for key in PHRASES if f'"{key}"' not in code and not BUILT.match(key)] == []
    assert set(re.findall(r'\bt\("(\w+)"[,)]', code)) <= PHRASES.keys()


def test_what_is_put_into_a_page_is_escaped() -> None:
    page = render_page("error.html", "en", told="<b>&", code="x", other_address="?", here="/", user=User(None))
    assert "&lt;b&gt;&amp;" in page
    assert phrase("left_to_see", "en", n=3) == "3 places to look at"
