import pytest

from gouji.document import GoujiError
from gouji.extras import MissingExtra, require_extra


def test_what_is_not_installed_says_how_to_get_it() -> None:
    with pytest.raises(
        MissingExtra, match=r"no_such_library is not installed: pip install 'gouji\[layout\]'"
    ) as caught:
        require_extra("no_such_library", "layout")
    assert isinstance(caught.value, GoujiError)
    assert isinstance(caught.value, ImportError)


def test_what_is_installed_is_not_asked_for() -> None:
    require_extra("json", "layout")
