"""The version of the library, beside the one that the package is built with."""

import tomllib
from pathlib import Path

from gouji.version import VERSION

ROOT = Path(__file__).resolve().parents[2]


def test_the_library_and_its_package_say_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
