"""The version of the code is that of the installed package, or says that it is not known."""

import importlib
import importlib.metadata

import pytest

from gouji_service import version


def test_it_is_that_of_the_package() -> None:
    assert importlib.metadata.version("gouji") == version.VERSION


def test_from_a_checkout_that_was_never_installed_it_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    with monkeypatch.context() as patch:
        patch.setattr(importlib.metadata, "version", gone)
        assert importlib.reload(version).VERSION == "0+unknown"
    importlib.reload(version)
