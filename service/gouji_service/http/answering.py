"""Every error as a problem: what FastAPI and Starlette raise, what the store raises, and everything else."""

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from gouji_service.problems import Problem, error_to_problem
from gouji_service.store.problems import store_error_to_problem
from gouji_service.wording import say

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media"}


def request_error_to_problem(error: Exception) -> Problem:
    """The problem that stands for whatever a route raised. What nobody foresaw is logged."""
    if isinstance(error, RequestValidationError):
        errors = [{"at": ".".join(map(str, e["loc"])), "message": str(e["msg"])} for e in error.errors()]
        return Problem("bad_request", say("parameter_unusable"), errors=errors)
    if isinstance(error, HTTPException):
        code = _CODES.get(error.status_code, "bad_request")
        return Problem(code, str(error.detail), headers=dict(error.headers or {}))
    return store_error_to_problem(error) or error_to_problem(error)
