import pytest

from gouji.document import UnreadableSource
from gouji_service.http.metrics import Metrics
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def test_two_apps_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    with one.count_parse("auto") as counted:
        counted.append(sample_recovery(sample_text(1)))
    sample = 'gouji_parses_total{engine="auto",outcome="ok",read_by="rules"} 1.0'
    assert sample in one.expose(items=0, requests=0).decode()
    assert sample not in other.expose(items=0, requests=0).decode()


def test_a_parse_that_failed_counts_by_the_code_of_its_problem_and_is_raised_on() -> None:
    metrics = Metrics()
    with pytest.raises(UnreadableSource), metrics.count_parse("model"):
        raise UnreadableSource("no text")
    told = metrics.expose(items=3, requests=2).decode()
    assert 'gouji_parses_total{engine="model",outcome="unreadable",read_by="none"} 1.0' in told
    assert 'gouji_parse_seconds_count{engine="model"} 1.0' in told
    assert "gouji_report_confidence_count" not in told
    assert "gouji_job_items_waiting 3.0" in told
    assert "gouji_parses_under_way 2.0" in told
