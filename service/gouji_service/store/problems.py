"""Errors of the store as problems for the caller."""

from gouji_service.jobs.queue import NoSuchReports
from gouji_service.problems import Problem
from gouji_service.store.corrections import CorrectionError, RevisionConflict
from gouji_service.store.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly


def store_error_to_problem(error: Exception) -> Problem | None:
    """The problem for an error of the store or of a correction; None for any other."""
    if isinstance(error, StoreBusy):
        return Problem("busy", str(error), headers={"Retry-After": "1"})
    if isinstance(error, StoreFull):
        return Problem("storage_full", str(error))
    if isinstance(error, StoreReadOnly):
        return Problem("storage_read_only", str(error))
    if isinstance(error, StoreError):
        return Problem("storage_unavailable", str(error), headers={"Retry-After": "5"})
    if isinstance(error, RevisionConflict):
        return Problem("conflict", str(error))
    if isinstance(error, CorrectionError | NoSuchReports):
        return Problem("bad_request", error.args[0])
    return None
