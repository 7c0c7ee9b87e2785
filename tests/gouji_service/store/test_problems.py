"""Errors of the store as problems for the caller."""

import pytest

from gouji_service.jobs.queue import NoSuchReports
from gouji_service.store.corrections import CorrectionError, RevisionConflict
from gouji_service.store.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnavailable
from gouji_service.store.problems import store_error_to_problem


@pytest.mark.parametrize(
    ("error", "status", "code", "again"),
    [
        (StoreBusy("x"), 503, "busy", "1"),
        (StoreFull("x"), 507, "storage_full", None),
        (StoreReadOnly("x"), 503, "storage_read_only", None),
        (StoreUnavailable("x"), 503, "storage_unavailable", "5"),
        (StoreError("x"), 503, "storage_unavailable", "5"),
        (RevisionConflict(4), 409, "conflict", None),
        (CorrectionError("x"), 422, "bad_request", None),
        (NoSuchReports(["R"]), 422, "bad_request", None),
    ],
)
def test_each_has_its_code_and_when_to_come_again(error: Exception, status: int, code: str, again: str | None) -> None:
    problem = store_error_to_problem(error)
    assert problem is not None
    assert (problem.status, problem.code, problem.headers.get("Retry-After")) == (status, code, again)
    assert str(error) in str(problem.detail) or problem.detail == error.args[0]


def test_any_other_error_is_none_of_the_store() -> None:
    assert store_error_to_problem(KeyError("x")) is None
