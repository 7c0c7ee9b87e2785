import json
from pathlib import Path

import numpy as np
import pytest

from eval.truth import read_record
from gouji.confidence import CELL_EVIDENCE, OPEN, REPORT_EVIDENCE, TABLE_EVIDENCE, load_calibration
from gouji.forms import APPLICATIONS, TABLES
from training.network.calibrate import ReadTable, calibrate_engine, main, read_tables
from training.network.logistic import apply_logistic, fit_logistic
from training.sets.dataset import document_to_record
from training.tables.sampling import sample_document


@pytest.fixture(scope="module")
def tables() -> list[ReadTable]:
    records = (read_record(document_to_record(sample_document(seed, "calibration"))) for seed in range(10))
    return [table for record in records for table in read_tables(record, "rules")]


def test_known_weights_are_found_again() -> None:
    random = np.random.default_rng(0)
    truth = np.array([-0.5, 2.0, -1.0, 0.0])
    evidence = random.normal(size=(20_000, 3))
    right = (random.random(20_000) < 1 / (1 + np.exp(-(truth[0] + evidence @ truth[1:])))).astype(float)
    assert fit_logistic(evidence, right, ridge=1e-6) == pytest.approx(truth, abs=0.1)


def test_the_fit_is_the_maximum_of_the_penalised_likelihood() -> None:
    random = np.random.default_rng(1)
    evidence = random.normal(size=(400, 2))
    right = (evidence[:, 0] + random.normal(size=400) > 0).astype(float)
    weights = fit_logistic(evidence, right, ridge=3.0)

    def objective(w: np.ndarray) -> float:
        chance = 1 / (1 + np.exp(-(w[0] + evidence @ w[1:])))
        likelihood = np.sum(right * np.log(chance) + (1 - right) * np.log(1 - chance))
        return float(likelihood - 0.5 * (1e-3 * w[0] ** 2 + 3.0 * np.sum(w[1:] ** 2)))

    for direction in np.eye(3):
        for size in (-0.02, 0.02):
            assert objective(weights + size * direction) < objective(weights)


def test_a_stronger_ridge_gives_smaller_weights() -> None:
    random = np.random.default_rng(2)
    evidence = random.normal(size=(300, 1))
    right = (evidence[:, 0] > 0).astype(float)
    weak, strong = fit_logistic(evidence, right, ridge=1.0), fit_logistic(evidence, right, ridge=100.0)
    assert 0 < strong[1] < weak[1]


def test_evidence_that_parts_all_cases_stays_finite() -> None:
    evidence = np.array([[0.0], [0.0], [1.0], [1.0]])
    for right in (np.array([0.0, 0, 1, 1]), np.ones(4), np.zeros(4)):
        weights = fit_logistic(evidence, right)
        assert np.isfinite(weights).all()
        chances = apply_logistic(weights, evidence)
        assert ((chances >= 0) & (chances <= 0.9999)).all()


def test_no_cases_at_all_give_no_weights() -> None:
    assert fit_logistic(np.zeros((0, 3)), np.zeros(0)) == pytest.approx(np.zeros(4))


def test_the_mean_of_the_fitted_chances_is_the_share_that_is_right() -> None:
    random = np.random.default_rng(3)
    evidence = random.normal(size=(1000, 2))
    right = (random.random(1000) < 0.8).astype(float)
    assert apply_logistic(fit_logistic(evidence, right), evidence).mean() == pytest.approx(right.mean(), abs=0.005)


def test_documents_are_held_against_their_truth(tables: list[ReadTable]) -> None:
    assert len(tables) == 10 * len(TABLES)
    found = [table for table in tables if table.found]
    assert len(found) > 15
    for table in found:
        assert table.cells.shape == (len(table.right), len(CELL_EVIDENCE))
        assert table.filled is not None
        assert len(table.right) == len(table.filled.template.cells)
        assert not table.exact or bool(table.right.all())
        assert np.isfinite(table.cells).all()
    assert np.concatenate([table.right for table in found]).mean() > 0.8


def test_another_truth_is_wrong() -> None:
    """A truth that says something else of one cell makes that cell wrong, and the table with it."""
    raw = document_to_record(sample_document(0, "calibration"))
    before = {t.table: t for t in read_tables(read_record(raw), "rules")}[APPLICATIONS]
    assert before.filled is not None
    name = before.filled.template.cells[0]
    cells = raw["truth"]["tables"][APPLICATIONS]["cells"]  # type: ignore[index]
    cells[name] = 987_654
    after = {t.table: t for t in read_tables(read_record(raw), "rules")}[APPLICATIONS]
    assert not after.right[0]
    assert not after.exact
    assert after.right[1:].tolist() == before.right[1:].tolist()


def test_a_fitted_engine_has_a_weight_for_each_piece_of_evidence(tables: list[ReadTable]) -> None:
    fitted = calibrate_engine(tables)
    for name, count in (
        ("cell", CELL_EVIDENCE),
        ("open_cell", CELL_EVIDENCE),
        ("table", TABLE_EVIDENCE),
        ("report", REPORT_EVIDENCE),
    ):
        weights = np.array(fitted[name], float)
        assert weights.shape == (1 + len(count),)
        assert np.isfinite(weights).all()
    assert fitted["documents"] == 10
    assert fitted["cells"] == sum(len(table.cells) for table in tables if table.found)
    assert 0 < float(str(fitted["missing"])) < 1
    cells = np.concatenate([table.cells for table in tables if table.found]).astype(float)
    right = np.concatenate([table.right for table in tables if table.found])
    for name, chosen in (("cell", cells[:, OPEN] == 0), ("open_cell", cells[:, OPEN] > 0)):
        chances = apply_logistic(np.array(fitted[name], float), cells[chosen])
        assert ((chances >= 0) & (chances <= 0.9999)).all()
        assert chances.mean() == pytest.approx(right[chosen].mean(), abs=0.02)


def test_the_command_writes_what_the_library_reads_and_keeps_other_engines(tmp_path: Path) -> None:
    out = tmp_path / "calibration.json"
    kept = {"cell": [0.0], "open_cell": [0.0], "table": [0.0], "report": [0.0], "missing": 0.5, "traced": 0.5}
    out.write_text(json.dumps({"engines": {"auto": kept}}), encoding="utf-8")
    assert main(["--documents", "6", "--engines", "rules", "--workers", "1", "--out", str(out)]) == 0
    read = load_calibration(out)
    assert set(read) == {"auto", "rules"}
    assert len(read["rules"].cell) == 1 + len(CELL_EVIDENCE)
    assert read["auto"].cell == (0.0,)
