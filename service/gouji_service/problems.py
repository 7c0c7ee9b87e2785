"""Every error that a caller can meet, as RFC 9457 problem details with a stable `code`.

too_large 413 · unsupported_media 415 · unreadable 422 · bad_request 422 · busy 503 · too_slow 504
not_found 404 · method_not_allowed 405 · not_ready 503 · internal 500
conflict 409 · storage_full 507 · storage_read_only 503 · storage_unavailable 503 · not_installed 501
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from gouji.document import ReadingTimeout, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.extras import MissingExtra

MEDIA_TYPE = "application/problem+json"
CODES: Mapping[str, int] = {
    "bad_request": 422,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "unsupported_media": 415,
    "unreadable": 422,
    "internal": 500,
    "busy": 503,
    "not_ready": 503,
    "conflict": 409,
    "storage_full": 507,
    "storage_read_only": 503,
    "storage_unavailable": 503,
    "too_slow": 504,
    "not_installed": 501,
}
_OF_ERROR: tuple[tuple[type[Exception], str], ...] = (
    (UnreadableSource, "unreadable"),
    (UnsupportedMedia, "unsupported_media"),
    (SourceTooLarge, "too_large"),
    (ReadingTimeout, "too_slow"),
    (MissingExtra, "not_installed"),
)
_log = logging.getLogger("gouji")


@dataclass(eq=False)  # not frozen: Python itself writes the traceback of an exception
class Problem(Exception):
    """An error for the caller: a code of `CODES`, a sentence, and headers such as Retry-After.

    `errors` lists what is wrong with single parameters: `{"at": "query.engine", "message": "…"}`.
    """

    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[Mapping[str, str]] = ()

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return CODES[self.code]

    def to_json(self) -> dict[str, object]:
        """The members of the problem object."""
        members: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            members["errors"] = [dict(error) for error in self.errors]
        return members


def error_to_problem(error: Exception) -> Problem:
    """The problem that stands for an error of the library. What nobody foresaw is logged and becomes `internal`."""
    if isinstance(error, Problem):
        return error
    for kind, code in _OF_ERROR:
        if isinstance(error, kind):
            return Problem(code, str(error) or HTTPStatus(CODES[code]).phrase)
    _log.error("unforeseen %s", type(error).__name__, exc_info=error)
    return Problem("internal", "The service failed on this input; the log says more.")
