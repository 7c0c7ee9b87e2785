"""`gouji delete`: takes reports out of the store, with all that was kept of them."""

import argparse
import json
from typing import TYPE_CHECKING

from gouji_service.commands.opening import open_command_store, tell_error
from gouji_service.commands.picking import add_filters, arguments_to_filter
from gouji_service.problems import Problem
from gouji_service.settings import Settings
from gouji_service.store.deleting import delete_reports
from gouji_service.store.errors import StoreError
from gouji_service.store.filters import ReportFilter, list_ids
from gouji_service.wording import say, tell

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers


def add_parser(subparsers: "SubParsers") -> None:
    """`gouji delete`."""
    parser = subparsers.add_parser(
        "delete",
        help="delete kept reports",
        description="Delete reports with their runs, corrections, links with other years, and sources (a source of "
        "several reports goes with its last one). Prints the counts as one line of JSON. It cannot be undone.",
    )
    parser.add_argument("reports", nargs="*", metavar="ID", help="these reports")
    add_filters(parser).add_argument("--all", action="store_true", help="every report")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be deleted, and delete nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """0: deleted, or nothing fitted; 2: no such report (then nothing was deleted), or the store cannot be used."""
    arguments.ids = [*arguments.reports, *(arguments.ids or ())] or None
    wanted = arguments_to_filter(arguments, settings)
    if wanted == ReportFilter() and not arguments.all:
        tell("delete", "which_reports")
        return 2
    try:
        with open_command_store("delete", settings, filled=True) as store:
            if wanted.ids is not None:
                unknown = sorted(set(wanted.ids) - set(list_ids(store, ReportFilter(ids=wanted.ids))))
                if unknown:
                    raise Problem("not_found", say("no_reports", ids=" ".join(unknown)))
            deleted = delete_reports(store, list_ids(store, wanted), dry_run=arguments.dry_run)
    except (StoreError, Problem, OSError) as error:
        tell_error("delete", error)
        return 2
    tell("delete", "would_delete" if arguments.dry_run else "deleted", **deleted.to_json())
    print(json.dumps(deleted.to_json()))
    return 0
