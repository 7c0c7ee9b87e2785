"""The options that say which reports a command is about."""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gouji_service.commands.picking import add_filters, arguments_to_filter
from gouji_service.settings import Settings
from gouji_service.store.filters import ReportFilter
from gouji_service.store.fingerprint import installed_fingerprint


def pick(*arguments: str, **more: object) -> ReportFilter:
    parser = argparse.ArgumentParser()
    add_filters(parser)
    return arguments_to_filter(parser.parse_args(arguments, argparse.Namespace(**more)), Settings())


def test_nothing_said_picks_all() -> None:
    assert pick() == ReportFilter()


def test_all_that_is_said_is_asked_for() -> None:
    picked = pick(
        *("--confidence-below", "0.9", "--needs-review", "--agency", "水利局", "--year", "2023"),
        *("--fingerprint", "abc", "--id", "A", "--id", "B"),
    )
    assert picked == ReportFilter(
        confidence_below=0.9, needs_review=True, agency="水利局", year=2023, fingerprint="abc", ids=["A", "B"]
    )
    assert pick("--no-needs-review") == ReportFilter(needs_review=False)


@pytest.mark.parametrize(
    ("arguments", "expected"), [(["--check-failed"], True), (["--check-failed", "row_total"], "row_total")]
)
def test_checks_by_name_or_any(arguments: list[str], expected: bool | str) -> None:
    assert pick(*arguments) == ReportFilter(check_failed=expected)


@pytest.fixture
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time is not UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


def test_days_begin_in_utc_unless_they_say_where(shanghai: None) -> None:
    midnight = datetime(2024, 1, 31, tzinfo=UTC).timestamp()
    assert pick("--since", "2024-01-31").since == midnight
    assert pick("--before", "2024-01-31T08:00:00+08:00").before == midnight


def test_what_another_parser_read_is_stale() -> None:
    settings = Settings()
    mark = installed_fingerprint("rules", settings.review_below, None)
    assert pick(stale=True, engine="rules").not_parsed_by == mark
    assert pick(stale=False, engine="rules").not_parsed_by is None
