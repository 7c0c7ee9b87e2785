import logging

import pytest

from gouji.document import ReadingTimeout, SourceTooLarge, UnreadableSource, UnsupportedMedia
from gouji.extras import MissingExtra
from gouji_service.problems import Problem, error_to_problem


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnreadableSource("encrypted"), 422, "unreadable"),
        (UnsupportedMedia("audio"), 415, "unsupported_media"),
        (SourceTooLarge("1000 pages"), 413, "too_large"),
        (ReadingTimeout("120 s"), 504, "too_slow"),
        (MissingExtra("pyarrow"), 501, "not_installed"),
        (Problem("busy", "later"), 503, "busy"),
    ],
)
def test_each_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    problem = error_to_problem(error)
    assert (problem.status, problem.code) == (status, code)
    assert problem.to_json()["detail"] == (error.detail if isinstance(error, Problem) else str(error))


def test_what_nobody_foresaw_is_logged_and_tells_the_caller_nothing_inside(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "gouji"):
        problem = error_to_problem(ZeroDivisionError("secret"))
    assert problem.to_json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "code": "internal",
        "detail": "The service failed on this input; the log says more.",
        "detail_zh": "服务处理此输入时出错,详见日志。",
    }
    assert "secret" in caplog.text
