"""Where `gouji serve` listens, and what it says before it does."""

from pathlib import Path

import pytest
import uvicorn

from gouji_service.cli import main


@pytest.mark.parametrize(
    ("arguments", "environment", "where"),
    [
        ([], {}, ("127.0.0.1", 8000)),
        ([], {"GOUJI_HOST": "127.0.0.2", "GOUJI_PORT": "8123"}, ("127.0.0.2", 8123)),
        (["--host", "127.0.0.3", "--port", "8124"], {"GOUJI_PORT": "8123"}, ("127.0.0.3", 8124)),
        ([], {"HOST": "0.0.0.0", "PORT": "80"}, ("127.0.0.1", 8000)),
    ],
)
def test_options_come_before_settings_and_settings_before_defaults(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    environment: dict[str, str],
    where: tuple[str, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    given: dict[str, object] = {}
    for name in ("GOUJI_HOST", "GOUJI_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"GOUJI_DATA_DIR": str(tmp_path)} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: given.update(how))
    assert main(["serve", *arguments]) == 0
    assert (given["host"], given["port"]) == where
    assert str(tmp_path) in capsys.readouterr().err


def test_a_store_that_cannot_be_reached_is_told_before_anybody_listens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOUJI_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: pytest.fail("it listens"))
    assert main(["serve"]) == 2
    assert "serve" in capsys.readouterr().err
