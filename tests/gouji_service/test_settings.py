import dataclasses
import re
from pathlib import Path

import pytest

from gouji import extras
from gouji_service.settings import SettingError, Settings


def test_the_defaults() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.max_bytes == 20 * 1024 * 1024
    assert settings.review_below == 0.95
    assert settings.database == f"sqlite:///{Path('data').absolute() / 'gouji.db'}"
    assert settings.workers >= 1


def test_every_field_is_read_from_its_variable() -> None:
    variables = {
        "GOUJI_PORT": "9000",
        "GOUJI_DATA_DIR": "/srv/gouji",
        "GOUJI_REQUEST_TIMEOUT": "1.5",
        "GOUJI_PARSE_WORKERS": "3",
        "PORT": "1",
    }
    settings = Settings.from_environment(variables)
    assert (settings.port, settings.request_timeout, settings.workers) == (9000, 1.5, 3)
    assert settings.database == "sqlite:////srv/gouji/gouji.db"
    assert Settings.from_environment({"GOUJI_DATABASE_URL": "postgresql:///g"}).database == "postgresql:///g"


@pytest.mark.parametrize(
    ("variable", "printed"),
    [
        ("GOUJI_PORT", "http"),
        ("GOUJI_PORT", "70000"),
        ("GOUJI_REVIEW_BELOW", "95"),
        ("GOUJI_REVIEW_BELOW", "nan"),
        ("GOUJI_REQUEST_TIMEOUT", "0"),
        ("GOUJI_MAX_BYTES", "-1"),
        ("GOUJI_SECOND_READER", "camelot"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(variable: str, printed: str) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.from_environment({variable: printed})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_a_second_reader_that_is_not_installed_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment({"GOUJI_SECOND_READER": "pdfplumber"}).second_reader == "pdfplumber"
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"GOUJI_SECOND_READER.*gouji\[second-reader\]"):
        Settings.from_environment({"GOUJI_SECOND_READER": "pdfplumber"})


def test_the_environment_is_read_here_alone() -> None:
    """`nursery.py` hands it on, `libreoffice.py` a few of its names.

    The library sets how many threads numpy takes; nothing else looks at it.
    """
    root = Path(__file__).resolve().parents[2]
    readers = {
        path.name
        for folder in ("models", "service")
        for path in (root / folder).rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8")
    }
    assert readers <= {"settings.py", "nursery.py", "libreoffice.py", "__init__.py"}
    read_by_name = re.compile(r"environ(?:\.get\(|\[)")
    assert not read_by_name.search((root / "models/gouji/__init__.py").read_text(encoding="utf-8"))
