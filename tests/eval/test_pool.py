import math
import os
import time

from eval.pool import run_each


def test_results_keep_the_order_of_the_items():
    finished, peak = run_each(math.sqrt, [16.0, -1.0, 4.0, 1.0])
    assert [done.result for done in finished] == [4.0, None, 2.0, 1.0]
    assert finished[1].error is not None
    assert "ValueError" in finished[1].error
    assert peak > 1


def test_what_takes_too_long_is_ended_and_the_rest_goes_on():
    finished, _ = run_each(time.sleep, [60.0, 0.0, 0.0], processes=2, timeout=0.5)
    assert [done.error is None for done in finished] == [False, True, True]
    assert "no answer" in str(finished[0].error)


def test_a_process_that_dies_costs_its_item_alone():
    finished, _ = run_each(os._exit, [3], processes=1)
    assert finished[0].error == "the process died"


def test_nothing_to_do():
    assert run_each(math.sqrt, []) == ([], 0.0)
