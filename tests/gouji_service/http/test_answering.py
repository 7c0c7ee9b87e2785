import pytest
from starlette.exceptions import HTTPException

from gouji.document import UnreadableSource
from gouji_service.http.answering import request_error_to_problem


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HTTPException(404), "not_found"),
        (HTTPException(405), "method_not_allowed"),
        (HTTPException(418), "bad_request"),
        (UnreadableSource("torn"), "unreadable"),
        (ZeroDivisionError(), "internal"),
    ],
)
def test_whatever_a_route_raises_is_a_problem(error: Exception, code: str) -> None:
    assert request_error_to_problem(error).code == code
