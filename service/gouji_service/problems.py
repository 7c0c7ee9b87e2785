"""Every error that a caller can meet, as RFC 9457 problem details with a stable `code`.

too_large 413 · unsupported_media 415 · unreadable 422 · bad_request 422 · busy 503 · too_slow 504
unauthorized 401 · forbidden 403 · foreign 403 · not_found 404 · method_not_allowed 405 · not_ready 503 · internal 500
conflict 409 · storage_full 507 · storage_read_only 503 · storage_unavailable 503 · not_installed 501
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from gouji.document import ReadingTimeout, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.extras import MissingExtra
from gouji_service.wording import Said, say, say_code

MEDIA_TYPE = "application/problem+json"
CODES: Mapping[str, int] = {
    "bad_request": 422,
    "foreign": 403,
    "unauthorized": 401,
    "forbidden": 403,
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
    """An error for the caller: a code of `CODES`, a sentence, and headers such as Retry-After. A sentence that is not
    one of `wording.py` (what a reader found wrong with a source) is told in Chinese by what its code means.

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

    @property
    def said(self) -> Said:
        """The sentence in both languages."""
        return self.detail if isinstance(self.detail, Said) else Said(self.detail, say_code(self.code).zh + "。")

    def to_json(self) -> dict[str, object]:
        """The members of the problem object."""
        members: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": str(self.detail),
            "detail_zh": self.said.zh,
        }
        if self.errors:
            members["errors"] = [dict(error) for error in self.errors]
        return members


def bad_parameter(at: str, said: Said) -> Problem:
    """The problem of one parameter, at its place in the request: `query.cursor`, `body.text`."""
    return Problem("bad_request", said, errors=({"at": at, "message": str(said), "message_zh": said.zh},))


def error_to_problem(error: Exception) -> Problem:
    """The problem that stands for an error of the library. What nobody foresaw is logged and becomes `internal`."""
    if isinstance(error, Problem):
        return error
    for kind, code in _OF_ERROR:
        if isinstance(error, kind):
            return Problem(code, str(error) or HTTPStatus(CODES[code]).phrase)
    _log.error("unforeseen %s", type(error).__name__, exc_info=error)
    return Problem("internal", say("unforeseen"))
