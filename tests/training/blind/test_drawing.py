import ast
import gzip
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from gouji.tables import CellState
from training.blind.drawing import (
    BLIND_DAMAGE,
    BLIND_KINDS,
    BLIND_STRATA,
    draw_blind_documents,
    draw_blind_plan,
    main,
    plan_to_blind_document,
    seed_to_blind_random,
)
from training.blind.html import BLIND_STYLES
from training.blind.layouts import BLIND_LAYOUTS
from training.network.tokens import RenderedDocument
from training.pages.plans import GRADES, SPLITS, STRATA, UNSEEN, Plan, draw_plan
from training.pages.rendering import LAYOUT_SHARES
from training.pages.rendering_html import HTML_SHARES
from training.tables.sampling import sample_document, seed_to_random
from training.tables.synthesis import draw_report

ROOT = Path(__file__).resolve().parents[3]
BLIND = ROOT / "training" / "blind"
DOCUMENTS = list(draw_blind_documents(160, 9))


def names_imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_nothing_but_the_blind_set_imports_it() -> None:
    guarded = 0
    for package in ("models", "service", "training", "eval"):
        for path in (ROOT / package).rglob("*.py"):
            if path.parent == BLIND:
                continue
            guarded += 1
            text = path.read_text(encoding="utf-8")
            assert not any(name.startswith("training.blind") for name in names_imported(path)), path
            if package == "training":  # not by its file either, nor by a name put together
                assert not any(word in text for word in ("training.blind", "BLIND", "blind.jsonl", "eval/frozen")), path
    assert guarded > 100
    assert len(list(BLIND.glob("*.py"))) > 5


@pytest.mark.parametrize(
    "name",
    [
        "network.train",
        "network.batches",
        "network.calibrate",
        "network.export",
        "network.targets",
        "network.ablate",
        "damage.mixing",
        "sets.dataset",
    ],
)
def test_what_fits_anything_reaches_no_blind_module(name: str) -> None:
    reached, waiting = set(), [f"training.{name}"]
    while waiting:
        module = waiting.pop()
        path = ROOT / f"{module.replace('.', '/')}.py"
        if module in reached or not path.is_file():
            continue
        reached.add(module)
        for used in names_imported(path):
            waiting += [used, used.rpartition(".")[0]]
    assert not any(module.startswith("training.blind") for module in reached)
    assert "training.tables.synthesis" in reached  # else the walk finds nothing


def test_its_kinds_are_those_of_no_other_set() -> None:
    assert 10 <= len(BLIND_KINDS) <= 16
    assert len(set(BLIND_KINDS)) == len(BLIND_KINDS)
    assert not set(BLIND_KINDS) & {*GRADES, *LAYOUT_SHARES, *HTML_SHARES}
    assert not set(BLIND_STRATA) & {*STRATA, UNSEEN, *SPLITS}
    for seed in range(40):
        for split in SPLITS:
            document = sample_document(seed, split)
            assert not {*document.kinds, document.layout, document.style} & set(BLIND_KINDS)
    for stratum in BLIND_STRATA:
        with pytest.raises(KeyError):
            draw_plan(Random(1), stratum)
    with pytest.raises(ValueError, match="no stratum"):
        draw_blind_plan(Random(1), "clean")


def test_its_random_numbers_are_those_of_no_other_set() -> None:
    ours = {seed_to_blind_random(seed, stream).random() for seed in range(99) for stream in (1, 2)}
    others = {seed_to_random(s, split, k).random() for s in range(99) for split in SPLITS for k in (0, 1, 2)}
    assert len(ours) == 198
    assert not ours & others
    with pytest.raises(ValueError, match="seed"):
        seed_to_blind_random(1 << 40, 1)


def blind_parts(document: RenderedDocument) -> set[str]:
    return {*document.kinds, document.layout, document.style} & set(BLIND_KINDS)


def test_every_document_has_something_of_this_set_and_every_stratum_what_it_says() -> None:
    seen: Counter[str] = Counter()
    for document in DOCUMENTS:
        assert blind_parts(document), document.name
        seen.update(blind_parts(document))
        ordinary = set(document.kinds) & set(GRADES)
        if document.stratum == "blind_layout":
            assert document.layout in BLIND_LAYOUTS
            assert not document.kinds
        elif document.stratum == "blind_damage":
            assert document.layout not in BLIND_LAYOUTS
            assert document.style not in BLIND_STYLES
            assert not ordinary
        elif document.stratum == "blind_html":
            assert document.style in BLIND_STYLES
            assert not ordinary
        else:
            assert all(GRADES[kind] < 3 for kind in ordinary)
    assert set(seen) == set(BLIND_KINDS)
    mixed = [d for d in DOCUMENTS if d.stratum == "blind_mixed"]
    assert sum(bool(set(d.kinds) & set(GRADES)) for d in mixed) > 0.8 * len(mixed)


def test_one_truth_has_a_document_of_each_stratum() -> None:
    for at in range(0, len(DOCUMENTS), 4):
        mine = DOCUMENTS[at : at + 4]
        assert tuple(d.stratum for d in mine) == BLIND_STRATA
        assert len({d.truth_id for d in mine}) == 1
        assert len({d.truth.year for d in mine}) == 1
        assert all(held is not None for d in mine for held in d.truth.tables.values())


def test_what_is_marked_as_a_value_is_what_the_truth_holds() -> None:
    checked = 0
    for document in DOCUMENTS:
        if not document.marks:
            continue
        pieces: dict[str, str] = {}
        for mark in document.marks:
            if mark.role == "value" and mark.cell is not None:
                assert mark.cell not in pieces, "one cell is printed once"
                pieces[mark.cell] = document.text[mark.start : mark.end]
        for held in document.truth.tables.values():
            assert held is not None
            for name, cell in held.cells.items():
                if cell.state is CellState.ABSENT:
                    assert name not in pieces
                elif cell.text.isascii():
                    assert pieces.pop(name) == cell.text.strip()
                    checked += 1
                else:
                    assert pieces.pop(name)
        assert not pieces
    assert checked > 10_000


@pytest.mark.parametrize("kind", BLIND_DAMAGE)
@pytest.mark.parametrize("layout", ["L1", "L4", "HTML"])
def test_every_kind_of_damage_changes_the_page_and_no_value(kind: str, layout: str) -> None:
    style = "plain_border" if layout == "HTML" else ""
    report = draw_report(Random(4), zero_style="zeros")
    plain = plan_to_blind_document(report, Plan("x", layout, style, ()), Random(1), "x", "x")
    damaged = plan_to_blind_document(report, Plan("x", layout, style, (kind,)), Random(1), "x", "x")
    assert damaged.kinds == (kind,)
    assert damaged.text != plain.text
    for table, held in damaged.truth.tables.items():
        before = plain.truth.tables[table]
        assert held is not None
        assert before is not None
        assert {n: (c.value, c.state) for n, c in held.cells.items()} == {
            n: (c.value, c.state) for n, c in before.cells.items()
        }


def test_the_command_writes_equal_files_that_say_unseen(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main(["--count", "8", "--seed", "3", "--out", str(tmp_path / f"{name}.jsonl.gz")]) == 0
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()
    assert packed[4:8] == bytes(4)  # no time
    records = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    assert len(records) == 8
    assert all(record["unseen"] is True for record in records)
    with pytest.raises(SystemExit):
        main(["--count", "-1", "--out", str(tmp_path / "c")])
