"""The sums of columns over every joint choice, against the enumeration of all of them."""

from itertools import product

import numpy as np
import pytest

from gouji.forms import APPLICATIONS, template
from gouji.pieces import PieceKind
from gouji.placement import joint_sums as joint
from gouji.placement.joint_sums import decide, log_sum, normalise
from gouji.placement.readings import Mark, Reading

TABLE = template(APPLICATIONS, "2021")
ROW = {row.key: r for r, row in enumerate(TABLE.rows)}


def reading(*numbers: int) -> Reading:
    marks = tuple(Mark((0,), str(n), n, PieceKind.NUMBER, 0, 1) for n in numbers)
    return Reading(marks, 0.0)


def choices() -> list[list[Reading]]:
    found = [[reading(*[0] * 7)] for _ in TABLE.rows]
    for key in ("new_received", "granted", "denied_state_secret", "total_processed"):
        n = {"new_received": 5, "granted": 3, "denied_state_secret": 2, "total_processed": 5}[key]
        found[ROW[key]] = [reading(*[n if c in (column, 6) else 0 for c in range(7)]) for column in range(3)]
    return found


def failing(chosen: list[Reading]) -> int:
    values = {}
    for row, each in zip(TABLE.rows, chosen, strict=True):
        values |= dict(zip(row.cells, (int(n) for n in each.numbers), strict=True))
    sums = [i for i in TABLE.identities if i.check.startswith("column")]
    return sum(sum(values[c] for c in i.wholes) != sum(values[c] for c in i.parts) for i in sums)


@pytest.mark.parametrize("most", [joint._MOST_STATES, 3])
def test_posteriors_and_evidence(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(joint, "_MOST_STATES", most)
    readings = choices()
    scores = [np.linspace(0.0, -1.0, len(each)) for each in readings]
    weights = [np.zeros(len(each)) for each in readings]
    for picked in product(*(range(len(each)) for each in readings)):
        fails = failing([each[k] for each, k in zip(readings, picked, strict=True)])
        nats = sum(float(score[k]) for score, k in zip(scores, picked, strict=True))
        nats += joint._FIRST_FAILS + joint._FURTHER_FAILS * (fails - 1) if fails else 0.0
        for weight, k in zip(weights, picked, strict=True):
            weight[k] += np.exp(nats)
    found = decide(TABLE, readings, scores)
    assert found.bounded == (most == 3)
    if not found.bounded:
        assert found.evidence == pytest.approx(np.log(weights[0].sum()), abs=1e-6)
        for got, weight in zip(found.posteriors, weights, strict=True):
            assert got == pytest.approx(weight / weight.sum(), abs=1e-6)
    else:  # what is cut away first is what no later row can bring to a close
        best = [int(np.argmax(p)) for p in found.posteriors]
        assert failing([each[k] for each, k in zip(readings, best, strict=True)]) == 0


def test_what_later_rows_can_add_is_listed_until_there_is_too_much() -> None:
    steps = [np.array([[0, 1], [0, 2]]), np.array([[0, 10], [0, 20]])]
    reach = joint._reachable(steps, 2)
    assert reach[1][1].tolist() == [10, 20]  # type: ignore[union-attr]
    assert reach[0][1].tolist() == [11, 12, 21, 22]  # type: ignore[union-attr]
    wide = [np.arange(joint._MOST_SUMS * 5)[:, None]] * 2
    assert joint._reachable(wide, 1)[0][0] is None


def test_probabilities() -> None:
    assert normalise(np.array([-np.inf, -np.inf])).tolist() == [0.5, 0.5]
    assert normalise(np.log([1.0, 3.0])) == pytest.approx([0.25, 0.75])
    assert float(log_sum(np.log([[1.0, 3.0]]), 1)[0]) == pytest.approx(np.log(4))
