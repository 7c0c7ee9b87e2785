"""The command line: `gouji parse|serve|…`.

A subcommand is a module with `add_parser(subparsers)`, which adds its parser and sets `run`: a function of
(arguments, settings) that returns the exit status. Only the module of the command that was asked for is imported,
so that `parse` does not wait for the store.
"""

import argparse
import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gouji.extras import MissingExtra
from gouji.systems import UnsupportedSystem, require_posix
from gouji_service.commands.usage import Parser
from gouji_service.settings import SettingError, Settings
from gouji_service.version import VERSION
from gouji_service.wording import PURPOSES_ZH, say

if TYPE_CHECKING:
    SubParsers = argparse._SubParsersAction[argparse.ArgumentParser]

COMMANDS = {
    "parse": ("gouji_service.commands.parse", "recover tables from files: one JSON result a line"),
    "serve": ("gouji_service.commands.serve", "answer HTTP on a port"),
    "ingest": ("gouji_service.commands.ingest", "parse and keep many files"),
    "reparse": ("gouji_service.commands.reparse", "parse kept reports again"),
    "export": ("gouji_service.export.export", "write kept results as CSV, XLSX, Parquet or JSON Lines"),
    "cells": ("gouji_service.commands.cells", "list the names of the cells with their official labels"),
    "delete": ("gouji_service.commands.delete", "delete kept reports"),
    "settings": ("gouji_service.commands.settings", "say which settings are in force"),
    "worker": ("gouji_service.commands.worker", "work on jobs without serving HTTP"),
}


def build_parser(asked: str | None = None) -> argparse.ArgumentParser:
    """The parser of the command line; in full for the command `asked`, by name and purpose for the others."""
    parser = Parser(
        prog="gouji",
        description="Recover the tables of Chinese open-government annual reports. Settings: GOUJI_* variables.",
    )
    parser.add_argument("--version", action="version", version=f"gouji {VERSION}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, purpose) in COMMANDS.items():
        if importlib.util.find_spec(module) is None:
            continue
        if name == asked:
            importlib.import_module(module).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=f"{purpose} · {PURPOSES_ZH.get(name, '')}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. 2: the command line or a setting cannot be used, or not here.

    Ctrl-C ends the process with 130 (128 and the number of the signal, as shells say it), at once and in silence.
    """
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        from gouji.processes.nursery import close_nurseries

        close_nurseries()  # with every process that was started
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(130)  # not by sys.exit: a thread that reads standard input would be waited for


def _run(arguments: Sequence[str]) -> int:
    try:
        require_posix()
        asked = next((word for word in arguments if not word.startswith("-")), None)
        parsed = build_parser(asked).parse_args(arguments)
        status: int = parsed.run(parsed, Settings.from_environment())
    except SettingError as error:
        print(f"gouji: {error} / {say('setting_unusable').zh}", file=sys.stderr)
        return 2
    except MissingExtra as error:
        print(f"gouji: {say('needs_extra', error=error).both}", file=sys.stderr)
        return 2
    except UnsupportedSystem as error:
        print(f"gouji: {error}", file=sys.stderr)
        return 2
    return status
