import re

from gouji_service.store.ids import new_id


def test_ids_sort_by_their_time_and_never_repeat() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", one) for one in ids)


def test_an_id_comes_after_the_one_that_it_is_drawn_above() -> None:
    far = "7ZZZZZZZZZ0000000000000000"  # as of a clock that was set far ahead
    assert new_id(far) > far
