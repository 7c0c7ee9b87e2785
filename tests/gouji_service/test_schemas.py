from gouji_service.schemas import recovery_to_json
from tests.gouji_service.sample_reports import sample_recovery, sample_text


def test_the_service_gives_what_the_library_gives_with_an_id_of_its_own() -> None:
    recovery = sample_recovery(sample_text(3))
    assert recovery_to_json(recovery) == recovery.to_dict()
    kept = recovery_to_json(recovery, "01J")
    assert kept == recovery.to_dict() | {"id": "01J"}
    assert list(kept) == list(recovery.to_dict())
