"""`gouji settings`: every setting with the value in force; `--markdown` writes docs/settings.md."""

import argparse
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from gouji_service.settings import PREFIX, Settings

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers

_HEAD = """# Settings

Environment variables, read once when a command starts; a value that cannot be used ends it with status 2 and names the
variable. `gouji settings` prints the values in force; `gouji settings --markdown > docs/settings.md` writes this page.

| variable | default | | |
|---|---|---|---|"""


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji settings`."""
    parser = subparsers.add_parser("settings", help="say which settings are in force", description=__doc__)
    parser.add_argument("--markdown", action="store_true", help="the page of all settings with their defaults")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print them. 0."""
    print("\n".join(settings_to_markdown() if arguments.markdown else settings_to_lines(settings)))
    return 0


def settings_to_markdown() -> Iterator[str]:
    """The lines of docs/settings.md."""
    yield _HEAD
    for one in fields(Settings):
        default = "" if one.default == "" else f"`{one.default}`"
        yield f"| `{PREFIX}{one.name.upper()}` | {default} | {one.metadata['says']} | {one.metadata['says_zh']} |"


def settings_to_lines(settings: Settings) -> Iterator[str]:
    """What is in force, as lines of a shell; a password in a URL is not told."""
    from gouji_service.store.place import describe_place  # waits for the database library

    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name == "database_url":
            value = describe_place(value) if value else ""
        if one.name == "api_keys":
            value = f"{len(settings.keys)} keys" if value else ""
        yield f"{PREFIX}{one.name.upper()}={value}"
