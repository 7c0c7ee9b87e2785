"""Which reports a command is about: the same options for `reparse`, `export` and `delete`."""

import argparse
from datetime import UTC, datetime

from gouji_service.settings import Settings
from gouji_service.store.filters import CHECKS, ReportFilter
from gouji_service.store.fingerprint import installed_fingerprint


def add_filters(parser: argparse.ArgumentParser) -> "argparse._ArgumentGroup":
    """Add the options; returns their group, for what a command adds of its own."""
    pick = parser.add_argument_group("which reports (all that is given must hold)")
    pick.add_argument("--confidence-below", type=float, metavar="P")
    pick.add_argument("--needs-review", action=argparse.BooleanOptionalAction, default=None)
    pick.add_argument("--check-failed", nargs="?", const=True, choices=CHECKS, metavar="CHECK", help="any, or this one")
    pick.add_argument("--agency", help="part of its name")
    pick.add_argument("--year", type=int)
    pick.add_argument("--since", type=_date, metavar="DATE", help="arrived on this day or later (ISO 8601, UTC)")
    pick.add_argument("--before", type=_date, metavar="DATE", help="arrived before this day")
    pick.add_argument("--fingerprint", help="read by this parser")
    pick.add_argument("--id", action="append", dest="ids", metavar="ID", help="this report (repeat for more)")
    return pick


def _date(printed: str) -> float:
    moment = datetime.fromisoformat(printed)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def arguments_to_filter(arguments: argparse.Namespace, settings: Settings) -> ReportFilter:
    """The filter that the options make. `stale` and `engine` count where the command has them."""
    stale = None
    if getattr(arguments, "stale", False):
        second = settings.second_reader or None
        stale = installed_fingerprint(arguments.engine, settings.review_below, second)
    return ReportFilter(
        confidence_below=arguments.confidence_below,
        needs_review=arguments.needs_review,
        check_failed=arguments.check_failed,
        agency=arguments.agency,
        year=arguments.year,
        since=arguments.since,
        before=arguments.before,
        fingerprint=arguments.fingerprint,
        not_parsed_by=stale,
        ids=arguments.ids,
    )
