from dataclasses import fields

import pytest

from gouji_service.cli import main
from gouji_service.settings import Settings
from tests.gouji_service.conftest import ROOT


def test_the_page_of_settings_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "--markdown"]) == 0
    page = capsys.readouterr().out
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page
    for field in fields(Settings):
        assert f"| `GOUJI_{field.name.upper()}` |" in page
        assert field.metadata["says_zh"] in page


def test_what_is_in_force_is_told_without_passwords(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_PORT", "9000")
    monkeypatch.setenv("GOUJI_DATABASE_URL", "postgresql://gouji:secret@db/gouji")
    assert main(["settings"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "GOUJI_PORT=9000" in told
    assert "GOUJI_DATABASE_URL=postgresql://gouji:***@db/gouji" in told
