"""The bodies of requests about kept reports: what fits, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from gouji_service.http.job_shapes import ReparseBody
from gouji_service.http.report_shapes import CellSaid, ReviewBody


@pytest.mark.parametrize(
    "said",
    [{"value": 3}, {"value": 2.5, "state": "printed"}, {"state": "blank"}, {"value": 3, "text": "3件"}],
)
def test_a_value_or_a_state_says_what_is_printed(said: dict[str, Any]) -> None:
    CellSaid.model_validate(said)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"text": "3"},
        {"state": "printed"},
        {"value": 3, "state": "blank"},
        {"state": "gone"},
        {"value": 1e16},
        {"value": float("nan")},
        {"value": 3, "valeu": 4},
    ],
)
def test_what_does_not_go_together_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CellSaid.model_validate(said)


def test_a_review_takes_corrections_back_by_null() -> None:
    body = ReviewBody.model_validate({"cells": {"applications": {"granted.total": None}}, "agency": None})
    assert body.cells == {"applications": {"granted.total": None}}
    assert body.model_fields_set == {"cells", "agency"}  # an agency that is null is not one that is left out


@pytest.mark.parametrize("wrong", [{"cells": {"table": {}}}, {"year": 1500}, {"agency": ""}, {"revision": -1}])
def test_a_wrong_review_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReviewBody.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong", [{"since": "2024-01-31T00:00:00"}, {"ids": ["short"]}, {"engine": "best"}, {"confidence_below": 2}]
)
def test_a_wrong_choice_of_reports_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReparseBody.model_validate(wrong)


def test_moments_are_seconds_wherever_they_were_said() -> None:
    body = ReparseBody.model_validate({"since": "2024-01-31T08:00:00+08:00"})
    assert body.moment(body.since) == datetime(2024, 1, 31, tzinfo=UTC).timestamp()
    assert body.moment(body.before) is None
