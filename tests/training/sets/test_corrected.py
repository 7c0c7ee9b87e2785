"""Reports that people corrected in a store -> labels, held against the marks of those who made the documents."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.truth import Record, TrueCell, TrueTable, read_record
from gouji.alignment.align import Scorer
from gouji.finding.streams import find_streams
from gouji.forms import APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.pieces import CellStream, PieceKind
from gouji.readers import read
from gouji.recovery import recover
from gouji.results import Recovery
from gouji.scoring.engines import choose_scorer
from gouji.scoring.learned import CONFIGURATION
from gouji.tables import CellState, TableState
from gouji_service.export.export import export_corrected
from gouji_service.store.corrections import CellCorrection, Review, review_report
from gouji_service.store.saving import Parsed, save_parsed
from gouji_service.store.store import open_store
from training.network.batches import IGNORED
from training.network.targets import Labelled, label_document
from training.network.tokens import RenderedDocument
from training.pages.plans import Plan
from training.sets import corrected
from training.sets.corrected import label_corrected, label_record, label_table, not_learned, read_corrected, share_out
from training.sets.dataset import document_to_record
from training.tables.sampling import plan_to_document, sample_document, seed_to_random
from training.tables.synthesis import draw_report

CORRECTED, AS_READ, NOT_REVIEWED = (0, 20, 38, 60), (1, 3), 5  # validation documents


def misread(recovery: Recovery) -> Recovery:
    """The same recovery with one number of each table read as another."""
    tables = dict(recovery.tables)
    for name, table in tables.items():
        found = next((n for n, cell in table.cells.items() if cell.value is not None), None)
        if found is not None:
            cell = replace(table.cells[found], value=(table.cells[found].value or 0) + 7)
            tables[name] = replace(table, cells={**table.cells, found: cell})
    return replace(recovery, tables=tables)


def corrections_of(document: RenderedDocument, recovery: Recovery) -> list[CellCorrection]:
    """What a reviewer has to say of a document: every cell that was not read as it is true."""
    return [
        CellCorrection(table, name, str(cell.state), None if cell.value is None else float(cell.value))
        for table, held in document.truth.tables.items()
        if held is not None and recovery.tables[table].state is TableState.FOUND
        for name, cell in held.cells.items()
        if (recovery.tables[table].cells[name].value, recovery.tables[table].cells[name].state)
        != (cell.value, cell.state)
    ]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a store exports of some reports: corrected, and reviewed without a correction. One more it keeps."""
    folder = tmp_path_factory.mktemp("store")
    store = open_store(f"sqlite:///{folder / 'gouji.db'}")
    for seed in (*CORRECTED, *AS_READ, NOT_REVIEWED):
        document = sample_document(seed, "validation")
        recovery = recover(document.data, name=document.name)
        recovery = misread(recovery) if seed in CORRECTED else recovery
        with store.writing() as connection:
            report = save_parsed(store, connection, Parsed(document.data, recovery)).report_id
            if seed in CORRECTED:
                review_report(store, connection, report, Review(cells=corrections_of(document, recovery)))
            elif seed in AS_READ:
                review_report(store, connection, report, Review(reviewed=True))
    path = folder / "truths.jsonl"
    path.write_bytes(b"".join(export_corrected(store)))
    store.close()
    return path


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return choose_scorer("auto").scorer


def record_of(document: RenderedDocument) -> Record:
    return read_record(document_to_record(document))


def wrong_states(document: RenderedDocument, labelled: Labelled) -> list[tuple[str, int, int]]:
    """Values whose derived state is known and is not that of the marks."""
    exact = next(each for each in label_document(document) if each.template == labelled.template)
    return [
        (piece.fragment.text, mine, true)
        for piece, mine, true in zip(labelled.stream.pieces, labelled.states.tolist(), exact.states, strict=True)
        if piece.is_value and mine not in (true, IGNORED)
    ]


def test_reports_that_a_store_exports_are_labelled_as_they_were_made(exported: Path) -> None:
    records = read_corrected([exported])
    assert len(records) == len(CORRECTED) + len(AS_READ)
    made = {d.data: d for d in (sample_document(seed, "validation") for seed in (*CORRECTED, *AS_READ))}
    derived = label_corrected(records)
    assert derived.reports == len(records)
    true = sum(held is not None for record in records for held in record.truth.tables.values())
    assert len(derived.labelled) + sum(derived.left_out.values()) == true
    assert len(derived.labelled) >= true - 2
    scorer = choose_scorer("auto").scorer
    for record in records:
        for outcome in label_record(record, scorer):
            if isinstance(outcome, Labelled):
                assert wrong_states(made[record.content], outcome) == []
                assert (outcome.states > 0).sum() >= 3


def test_labels_are_those_of_the_marks_whatever_was_done_to_a_document(scorer: Scorer) -> None:
    used = known = numbers = 0
    for seed in range(200, 225):
        document = sample_document(seed, "validation")
        for outcome in label_record(record_of(document), scorer):
            if isinstance(outcome, Labelled):
                assert wrong_states(document, outcome) == []
                of_number = np.array([p.kind is PieceKind.NUMBER for p in outcome.stream.pieces])
                used, numbers = used + 1, numbers + int(of_number.sum())
                known += int((outcome.states[of_number] != IGNORED).sum())
    assert used > 50
    assert known > 0.99 * numbers


def made(layout: str, zero_style: str = "zeros", kinds: tuple[str, ...] = (), seed: int = 3) -> RenderedDocument:
    rng = seed_to_random(seed, "train")
    report = draw_report(rng, zero_style=zero_style)
    return plan_to_document(report, Plan("clean", layout, "", kinds), rng, "made", "made")


def stream_and_truth(document: RenderedDocument, table: str = APPLICATIONS) -> tuple[CellStream, TrueTable]:
    held = record_of(document).truth.tables[table]
    assert held is not None
    return find_streams(read(document.data, document.name))[table], held


def with_cells(truth: TrueTable, **cells: TrueCell) -> TrueTable:
    named = {name.replace("__", "."): cell for name, cell in cells.items()}
    assert set(named) <= set(truth.cells)
    return replace(truth, cells={**truth.cells, **named})


def neighbours(truth: TrueTable, states: tuple[CellState, CellState]) -> tuple[str, str]:
    """The first two cells of a row, side by side, of these states and of other values."""
    for row in template(truth.table, truth.form).rows:
        for a, b in zip(row.cells, row.cells[1:], strict=False):
            x, y = truth.cells[a], truth.cells[b]
            if (x.state, y.state) == states and x.value != y.value:
                return a, b
    raise AssertionError("no such cells")


PRINTED, BLANK = CellState.PRINTED, CellState.BLANK


def test_a_truth_that_the_source_contradicts_is_not_learned_from(scorer: Scorer) -> None:
    stream, truth = stream_and_truth(made("L4", seed=2))
    assert isinstance(label_table(stream, truth, scorer), Labelled)
    other = with_cells(truth, granted__total=TrueCell(987_654, PRINTED))
    assert label_table(stream, other, scorer) == corrected.NOT_PRINTED
    a, b = neighbours(truth, (PRINTED, PRINTED))
    swapped = replace(truth, cells={**truth.cells, a: truth.cells[b], b: truth.cells[a]})
    assert label_table(stream, swapped, scorer) == corrected.OUT_OF_ORDER
    unique = next(n for n, c in truth.cells.items() if c.value and sum(c == o for o in truth.cells.values()) == 1)
    emptied = replace(truth, cells={**truth.cells, unique: TrueCell(None, BLANK)})
    assert label_table(stream, emptied, scorer) == corrected.LEFT_OVER
    zero = next(n for n, c in truth.cells.items() if c.value == 0)
    emptied = replace(truth, cells={**truth.cells, zero: TrueCell(None, BLANK)})
    assert label_table(stream, emptied, scorer) in (corrected.AMBIGUOUS, corrected.LEFT_OVER)


@pytest.mark.parametrize(("seed", "reason"), [(4, corrected.MISPLACED), (3, corrected.LEFT_OVER)])
def test_a_number_that_moved_over_a_blank_is_noticed(seed: int, reason: str, scorer: Scorer) -> None:
    """The source shows its blanks: as nothing between pipes, and as marks."""
    stream, truth = stream_and_truth(made("L3", "blank_but_total", seed=seed))
    assert isinstance(label_table(stream, truth, scorer), Labelled)
    a, b = neighbours(truth, (BLANK, PRINTED))
    shifted = replace(truth, cells={**truth.cells, a: truth.cells[b], b: truth.cells[a]})
    assert label_table(stream, shifted, scorer) == reason


def test_what_holds_nothing_to_go_by_is_left_out(scorer: Scorer) -> None:
    document = made("L4")
    stream, truth = stream_and_truth(document)
    nothing = replace(truth, cells=dict.fromkeys(truth.cells, TrueCell(None, BLANK)))
    assert label_table(stream, nothing, scorer) == corrected.NO_NUMBER
    record = record_of(document)
    count = sum(held is not None for held in record.truth.tables.values())
    assert label_record(replace(record, content=b"\x00\x01"), scorer) == [corrected.UNREADABLE] * count
    assert label_record(replace(record, content="没有表格。".encode()), scorer) == [corrected.NO_STREAM] * count
    counted = label_corrected([record, replace(record, content=b"\x00\x01")], scorer)
    assert counted.left_out == {corrected.UNREADABLE: count}
    assert f"{count} left out: {corrected.UNREADABLE}" in counted.tell()


@pytest.mark.parametrize("kind", ["values_glued", "values_apart"])
def test_glued_numbers_and_numbers_that_fell_apart_carry_their_cell(kind: str, scorer: Scorer) -> None:
    used = 0
    for seed in range(12):
        document = made("L4", kinds=(kind,), seed=seed)
        exact = {each.template.table: each for each in label_document(document)}
        for table, held in record_of(document).truth.tables.items():
            if held is None or table not in exact:
                continue
            stream = exact[table].stream
            printed = sum(cell.state is PRINTED for cell in held.cells.values())
            pieces = sum(piece.kind is PieceKind.NUMBER for piece in stream.pieces)
            outcome = label_table(stream, held, scorer)
            if isinstance(outcome, Labelled) and pieces != printed:
                assert wrong_states(document, outcome) == []
                used += 1
    assert used > 1


def test_a_piece_that_nobody_can_name_teaches_nothing(scorer: Scorer) -> None:
    """A label wraps around its values: what stands behind them took no slot, and may still be that label."""
    path = Path("tests/documents/l08_wrapped_labels")
    raw = json.loads((path / "truth.json").read_text(encoding="utf-8"))
    source = (path / "report.txt").read_bytes()
    tables = raw.get("tables") or {table: raw.get(table) for table in TABLES}
    record = read_record({"id": "a", "truth_id": "a", "name": "report.txt", "content": source.decode(), "truth": {
        "tables": tables}})  # fmt: skip
    used = [each for each in label_record(record, scorer) if isinstance(each, Labelled)]
    assert any((each.states == IGNORED).any() for each in used)


def test_each_report_goes_to_one_side_and_stays_there(tmp_path: Path) -> None:
    record = record_of(made("L4"))
    records = [replace(record, id=str(n), truth_id=str(n)) for n in range(300)]
    taught, kept = share_out(records)
    assert sorted([r.id for r in taught + kept]) == sorted(r.id for r in records)
    assert 60 < len(kept) < 140
    assert share_out(records[::-1])[1] == kept[::-1]
    assert not_learned(records, tmp_path) == records
    (tmp_path / CONFIGURATION).write_text(json.dumps({"training": {"name": "base"}}))
    assert not_learned(records, tmp_path) == records
    (tmp_path / CONFIGURATION).write_text(json.dumps({"training": {"corrected": {"reports": 3, "tables": 9}}}))
    assert not_learned(records, tmp_path) == kept


def test_of_a_report_that_was_exported_twice_the_last_word_counts(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_text(encoding="utf-8").splitlines()
    later = json.loads(lines[0])
    later["truth"]["tables"][REVIEW_LITIGATION] = None
    again = tmp_path / "later.jsonl"
    again.write_text(json.dumps(later) + "\n", encoding="utf-8")
    records = read_corrected([exported, again])
    assert len(records) == len(lines)
    assert next(r for r in records if r.id == later["id"]).truth.tables[REVIEW_LITIGATION] is None
