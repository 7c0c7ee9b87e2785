"""The figures that are reported: ratios of counts, calibration errors, and areas, with bootstrap intervals. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bootstrap import cluster_places, draw_weights, interval, ratios, sum_clusters
from eval.calibration import (
    Floats,
    bin_sums,
    calibration_error,
    equal_mass_edges,
    equal_width_edges,
    risk_coverage_area,
    risk_coverage_areas,
)
from eval.counting import COUNTS
from eval.metrics import Score


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure that is a sum of one count over the sum of another."""

    name: str
    title: str
    numerator: str
    denominator: str
    higher_is_better: bool | None = True


RATIOS = (
    Ratio("documents_exact", "documents exactly right", "exact", "documents"),
    Ratio("documents_exact_but_empties", "... when 0 and blank count as one", "exact_but_empties", "documents"),
    Ratio("documents_failed", "documents that the engine failed on", "failed", "documents", False),
    Ratio("tables_exact", "tables exactly right", "tables_exact", "tables"),
    Ratio("tables_lost", "tables said to be missing that are there", "tables_lost", "tables", False),
    Ratio(
        "tables_denied", "tables said to be missing at 0.95 that may not be denied", "tables_denied", "deniable", False
    ),
    Ratio("missing_right", "missing tables said to be missing", "missing_right", "missing"),
    Ratio("elsewhere_right", "tables elsewhere neither filled nor denied", "elsewhere_right", "elsewhere"),
    Ratio("forms_right", "forms of tables right", "forms_right", "tables"),
    Ratio("cells_right", "cells right, value and state", "cells_right", "cells"),
    Ratio("printed_right", "printed numbers right", "printed_right", "printed"),
    Ratio("nonzero_right", "non-zero numbers right", "nonzero_right", "nonzero"),
    Ratio("nonzero_wrong", "non-zero numbers read as another", "nonzero_wrong", "nonzero", False),
    Ratio("nonzero_missed", "non-zero numbers missed", "nonzero_missed", "nonzero", False),
    Ratio("zero_right", "zeros right", "zero_right", "zero"),
    Ratio("zero_as_blank", "zeros given as blank", "zero_as_blank", "zero", False),
    Ratio("blank_right", "blanks right", "blank_right", "blank"),
    Ratio("blank_as_zero", "blanks given as 0", "blank_as_zero", "blank", False),
    Ratio("absent_right", "absent cells right", "absent_right", "absent"),
    Ratio("unread_right", "unreadable cells right", "unread_right", "unread"),
    Ratio("given_wrong", "numbers given that are wrong", "given_wrong", "given", False),
    Ratio("invented", "numbers given for no cell of the source", "invented", "given", False),
    Ratio("row_shift", "numbers one row off, per non-zero number", "row_shifted", "nonzero", False),
    Ratio("column_shift", "numbers one column off, per non-zero number", "column_shifted", "nonzero", False),
    Ratio("silent_errors", "silent errors: numbers wrong or denied at 0.95", "silent", "numbers", False),
    Ratio("silent_wrong", "wrong numbers, of those given at 0.95", "sure_given_wrong", "sure_given", False),
    Ratio("denied", "printed numbers denied", "denied", "printed", False),
    Ratio("silent_denied", "printed numbers denied at 0.95", "denied_sure", "printed", False),
    Ratio("coverage", "printed numbers given at 0.95", "printed_sure", "printed"),
    Ratio("coverage_right", "printed numbers given right at 0.95", "printed_sure_right", "printed"),
    Ratio("silent_cells", "silent errors, of cells of any state at 0.95", "sure_cells_wrong", "sure_cells", False),
    Ratio("silent_documents", "documents wrong, of those at 0.95", "sure_documents_wrong", "sure_documents", False),
    Ratio("document_coverage", "documents at 0.95", "sure_documents", "documents"),
    Ratio("reviewed", "documents sent to review", "reviewed", "documents", None),
    Ratio("unreviewed_wrong", "wrong documents not sent to review", "unreviewed_wrong", "wrong_documents", False),
    Ratio(
        "away_unreviewed",
        "documents with tables elsewhere not sent to review",
        "away_unreviewed",
        "away_documents",
        False,
    ),
    Ratio("brier", "Brier score of cells", "squared_error", "judged", False),
    Ratio("verdicts_right", "verdicts of failing checks right", "verdict_right", "failing"),
    Ratio("verdicts_wrong", "verdicts of failing checks wrong", "verdict_wrong", "failing", False),
    Ratio("source_breaks_found", "sums broken by the source found", "source_breaks_found", "source_breaks"),
    Ratio("grits_con", "GriTS_Con, mean over tables", "grits", "grits_tables"),
)
# name, title; lower is better for all three
CALIBRATION = (
    ("ece", "expected calibration error of cells, 15 equal-mass bins"),
    ("ece_equal_width", "expected calibration error of cells, 15 equal-width bins"),
    ("aurc", "area under the risk-coverage curve of documents"),
)
TITLES = {r.name: r.title for r in RATIOS} | dict(CALIBRATION)
HIGHER_IS_BETTER = {r.name: r.higher_is_better for r in RATIOS} | {name: False for name, _ in CALIBRATION}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, its 95 % interval, and what it is a share of. nan: there was nothing to take a share of."""

    value: float
    low: float
    high: float
    numerator: float
    denominator: float

    @property
    def noise(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def counts_matrix(scores: Sequence[Score]) -> Floats:
    """The counts [documents, counts], columns as in `COUNTS`."""
    rows = [[getattr(score.counts, name) for name in COUNTS] for score in scores]
    return np.array(rows, dtype=np.float64).reshape(-1, len(COUNTS))


def _edges(scores: Sequence[Score]) -> dict[str, Floats]:
    confidence = np.concatenate([score.confidence for score in scores]) if scores else np.empty(0)
    return {"ece": equal_mass_edges(confidence), "ece_equal_width": equal_width_edges()}


def sample_figures(scores: Sequence[Score], truth_ids: Sequence[str]) -> dict[str, tuple[Figure, Floats]]:
    """Every figure with its resampled values [resamples]; scores of the same truths are resampled alike.

    The bins of the calibration errors are those of the whole set and are not drawn anew.
    """
    places = cluster_places(truth_ids)
    weights = draw_weights(int(places.max()) + 1 if len(places) else 0)
    counts = counts_matrix(scores)
    total, drawn = counts.sum(axis=0), weights @ sum_clusters(counts, places)
    found: dict[str, tuple[Figure, Floats]] = {}
    for ratio in RATIOS:
        top, bottom = COUNTS.index(ratio.numerator), COUNTS.index(ratio.denominator)
        samples = ratios(drawn[:, top], drawn[:, bottom])
        value = float(ratios(total[top : top + 1], total[bottom : bottom + 1])[0])
        found[ratio.name] = _figure(value, samples, float(total[top]), float(total[bottom]))
    for name, edges in _edges(scores).items():
        sums = np.array([bin_sums(s.confidence, s.correct, edges) for s in scores]).reshape(-1, len(edges) + 1, 3)
        samples = calibration_error(np.tensordot(weights, sum_clusters(sums, places), axes=1))
        value = float(calibration_error(sums.sum(axis=0)))
        found[name] = _figure(value, samples, value * total[COUNTS.index("judged")], total[COUNTS.index("judged")])
    confidence = np.array([score.report_confidence for score in scores])
    loss = np.array([1.0 - score.counts.exact for score in scores])
    areas = risk_coverage_areas(confidence, loss, weights[:, places])
    value = risk_coverage_area(confidence, loss)
    found["aurc"] = _figure(value, areas, value * len(scores), float(len(scores)))
    return found


def _figure(value: float, samples: Floats, numerator: float, denominator: float) -> tuple[Figure, Floats]:
    if not denominator:
        value, samples = math.nan, np.full(len(samples), np.nan)
    low, high = interval(samples)
    return Figure(value, low, high, float(numerator), float(denominator)), samples


def measure(scores: Sequence[Score], truth_ids: Sequence[str]) -> dict[str, Figure]:
    """Every figure of some documents, with intervals over their truths."""
    return {name: figure for name, (figure, _) in sample_figures(scores, truth_ids).items()}


def differences(ours: Sequence[Score], theirs: Sequence[Score], truth_ids: Sequence[str]) -> Mapping[str, Figure]:
    """Ours minus theirs on the same documents in the same order: paired, so both are resampled alike."""
    one, other = sample_figures(ours, truth_ids), sample_figures(theirs, truth_ids)
    found = {}
    for name in one:
        low, high = interval(one[name][1] - other[name][1])
        found[name] = Figure(one[name][0].value - other[name][0].value, low, high, math.nan, math.nan)
    return found
