import ast
import gzip
import hashlib
import json
import re
from email import message_from_bytes
from pathlib import Path

import pytest

from eval.truth import Truth, read_record, read_set, read_truths
from gouji.forms import TABLES, template
from gouji.tables import CellState
from training.foreign.__main__ import main
from training.foreign.making import document_to_record, draw_records, make_document, record_to_bytes, renderings_of
from training.foreign.registry import PARTS, RENDERINGS, TEST, VALIDATION, Rendering, rendering

ROOT = Path(__file__).resolve().parents[2]
LIGHT = [one for one in RENDERINGS if not one.heavy]
# what a converter or a code page destroys stands in the truth and not in the text
DESTROYED = {
    "digits_apart", "escaped", "glued", "hidden_text", "mail", "mojibake", "several",
    "thousands_blank", "transposed", "unmarked_utf", "zero_columns_dropped",
}  # fmt: skip


def name_of(one: Rendering) -> str:
    return f"{one.part}-{one.name}"


def printed_numbers(truth: Truth) -> list[float]:
    held = [truth.tables[table] for table in TABLES]
    cells = [cell for table in held if table is not None for cell in table.cells.values()]
    return [float(cell.value) for cell in cells if cell.value is not None]


def test_every_kind_has_renderings_of_its_own_in_both_parts() -> None:
    kinds = [{one.kind for one in RENDERINGS if one.part == part} for part in PARTS]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) > 30
    names = [one.name for one in RENDERINGS]
    assert len(set(names)) == len(names)
    with pytest.raises(ValueError, match="no part"):
        rendering("glued", "train")


@pytest.mark.parametrize("one", LIGHT, ids=name_of)
def test_a_document_is_made_again_from_its_seed_and_has_a_truth(one: Rendering) -> None:
    document = make_document(one, 3, 1)
    assert document == make_document(one, 3, 1)
    assert document != make_document(one, 3, 2) or one.kind == "no_report"
    record = read_record(document_to_record(one, document, 3, 1))
    assert record.content == document.data
    assert (record.stratum, record.unseen, len(record.truths)) == (one.kind, True, len(document.truths))


@pytest.mark.parametrize("one", [one for one in LIGHT if one.kind not in DESTROYED], ids=name_of)
def test_what_the_truth_says_is_printed_stands_in_the_text(one: Rendering) -> None:
    for number in range(3):
        document = make_document(one, 5, number)
        (truth,) = read_truths(document.truths[0])
        left = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", document.data.decode())]
        for printed in printed_numbers(truth):
            assert printed in left
            left.remove(printed)


@pytest.mark.parametrize("one", [one for one in LIGHT if one.kind == "cut"], ids=name_of)
def test_a_cut_leaves_what_stands_before_it_alone(one: Rendering) -> None:
    for number in range(6):
        document = make_document(one, 5, number)
        (truth,) = read_truths(document.truths[0])
        assert not re.search("[\ue000-\ue002]", document.data.decode())
        held = [table for table in TABLES if truth.tables[table] is not None]
        assert truth.elsewhere == set(TABLES[len(held) :])
        for place, name in enumerate(held):
            table = truth.tables[name]
            assert table is not None
            shown = [cell.state is CellState.PRINTED for cell in table.cells.values()]
            assert shown[0]
            assert all(shown) or (place == len(held) - 1 and not any(shown[shown.index(False) :]))


@pytest.mark.parametrize("kind", ["annex", "frame", "linked_pictures", "no_report", "empty_form"])
def test_what_is_not_in_the_source_is_elsewhere(kind: str) -> None:
    for one in LIGHT:
        if one.kind == kind:
            (truth,) = read_truths(make_document(one, 2, 0).truths[0])
            assert truth.elsewhere
            assert all(truth.tables[table] is None for table in truth.elsewhere)


@pytest.mark.parametrize("one", [one for one in LIGHT if one.kind == "glued"], ids=name_of)
def test_glued_pages_keep_the_digits_of_every_row(one: Rendering) -> None:
    document = make_document(one, 4, 0)
    (truth,) = read_truths(document.truths[0])
    for table in truth.tables.values():
        assert table is not None
        for row in template(table.table, table.form).rows:
            glued = "".join(str(table.cells[name].value) for name in row.cells)
            assert glued in document.data.decode()


def test_mail_can_be_opened_and_mojibake_undone() -> None:
    for one in LIGHT:
        document = make_document(one, 6, 0)
        if one.kind == "mail":
            bodies = [part.get_payload(decode=True) for part in message_from_bytes(document.data).walk()]
            assert any("第二十条".encode(code) in body for body in bodies if body for code in ("utf-8", "gbk"))
    garbled = next(one for one in LIGHT if one.name == "utf8_as_latin1")
    assert "第二十条" in make_document(garbled, 6, 0).data.decode().encode("latin-1").decode()


def test_the_command_writes_a_set_and_cases(tmp_path: Path) -> None:
    out, cases = tmp_path / "set.jsonl.gz", tmp_path / "cases"
    count = len(renderings_of(TEST, heavy=False))
    arguments = ["--part", "test", "--count", str(count), "--seed", "9", "--light", "--out", str(out)]
    assert main([*arguments, "--cases", str(cases)]) == 0
    records = read_set(out)
    assert [record.layout for record in records] == [one.name for one in renderings_of(TEST, heavy=False)]
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(cases.glob("*.json"))]
    assert len(truths) == count
    assert any("reports" in truth for truth in truths)
    with gzip.open(out, "rt", encoding="utf-8") as lines:
        first = json.loads(next(lines))
    assert record_to_bytes(first) == records[0].content


def test_parts_share_no_rendering_and_no_report() -> None:
    drawn = [[r["truth"] for r in draw_records(part, 60, 1, heavy=False)] for part in PARTS]
    told = [{json.dumps(truth, sort_keys=True) for truth in truths if truth.get("agency")} for truths in drawn]
    assert told[0]
    assert not told[0] & told[1]
    assert not {one.name for one in renderings_of(VALIDATION)} & {one.name for one in renderings_of(TEST)}


def test_nothing_is_trained_on_foreign_documents() -> None:
    for package in ("models", "service", "training", "eval"):
        for path in (ROOT / package).rglob("*.py"):
            if path.parent.name == "foreign":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                assert not any(name.startswith("training.foreign") for name in names), path


def test_the_frozen_part_is_as_it_was_made() -> None:
    path = ROOT / "eval" / "frozen" / "foreign.jsonl.gz"
    digest = "e032d6a26cd7709260f8b5eb0897274f7349490b895d828cc61b98baa53113ed"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert path.stat().st_size < 1_500_000
    frozen = [record for record in read_set(path) if record.layout in {one.name for one in LIGHT}]
    again = draw_records(TEST, 213, 11, heavy=False)
    made = {record["id"]: record for record in again}
    assert len(frozen) == 207
    for record in frozen:
        assert record_to_bytes(made[record.id]) == record.content
