import json

from gouji import recover
from gouji_service.http.openapi import Result
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def test_what_is_documented_is_what_a_result_holds() -> None:
    for recovery in (sample_recovery(sample_text(4), unsure=2), recover("没有表格。".encode(), engine="rules")):
        told = json.loads(recovery.to_json())
        # No field is left out of the documents, none is too many, and each has the place that they give it.
        assert Result.model_validate(told).model_dump(mode="json", exclude_unset=True) == told
