from gouji_service.http.keys import User
from gouji_service.pages.rendering import render_page, words


def test_what_is_put_into_a_page_is_escaped_in_both_languages() -> None:
    for language in ("zh", "en"):
        page = render_page("error.html", language, told="<b>", code='"', other_address="?", here="/", user=User(None))
        assert "&lt;b&gt;" in page
        assert "<b>" not in page
    assert words("zh")["reports"] == "报告"
