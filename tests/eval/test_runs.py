"""The commands from end to end, on a small set and with engines that need no model."""

import gzip
import json
from collections import Counter

import pytest

from eval import compare, evaluate, gallery, ratchet
from eval.runs import group_rows, run_set, take_documents
from eval.truth import read_set
from gouji.forms import TABLES, template


def _truth(permits, form="2021"):
    tables = {t: {"form": form, "cells": dict.fromkeys(template(t, form).cells, 0)} for t in TABLES}
    tables["active_disclosure"]["cells"]["permits.decisions"] = permits
    return {"agency": "某局", "year": 2023, "tables": tables}


@pytest.fixture
def small_set(tmp_path):
    """Eight documents of four truths: in half of them a number is not 0; one holds a script."""
    path = tmp_path / "small.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for k in range(8):
            html = k == 1
            line = {
                "id": f"d{k}",
                "truth_id": f"t{k // 2}",
                "name": f"d{k}",
                "media_type": "text/html" if html else "text/plain",
                "content": "<script>alert(1)</script><p>政府" if html else f"<b>政府</b> {k}",
                "truth": _truth(k % 2),
                "layout": "L1" if k % 4 else "HTML",
                "kinds": ["glued", "rows_dropped"] if k % 2 else [],
                "severity": "mild",
                "style": "plain",
                "stratum": "easy" if k < 4 else "hard",
            }
            lines.write(json.dumps(line | {"unseen": k == 3}) + "\n")
    return path


def test_evaluate_writes_figures_and_pictures(small_set, tmp_path):
    out, runs = tmp_path / "results", tmp_path / "runs"
    arguments = ["--engine", "all_zeros", "--set", str(small_set), "--out", str(out), "--runs", str(runs)]
    assert evaluate.main(arguments) == 0
    result = json.loads((out / "small.all_zeros.json").read_text(encoding="utf-8"))
    assert result["figures"]["documents_exact"]["value"] == 0.5
    assert (result["documents"], result["truths"]) == (8, 4)
    assert result["groups"]["kind"]["glued"]["figures"]["documents_exact"]["value"] == 0.0
    assert result["groups"]["kind"]["undamaged"]["figures"]["documents_exact"]["value"] == 1.0
    assert result["groups"]["training"]["unseen"]["documents"] == 1
    assert result["peak_mib"] > 10
    assert "| documents exactly right | high | 50.0 %" in (out / "small.all_zeros.md").read_text(encoding="utf-8")
    assert {p.name for p in out.glob("*.png")} == {"small.all_zeros.confidence.png", "small.all_zeros.strata.png"}


def test_evaluate_says_when_nothing_was_taken(small_set, tmp_path, capsys):
    arguments = ["--set", str(small_set), "--out", str(tmp_path), "--runs", str(tmp_path)]
    assert evaluate.main(["--engine", "pdfplumber", *arguments]) == 2
    assert "PDF only" in capsys.readouterr().err
    assert evaluate.main(["--set", str(tmp_path / "none.jsonl")]) == 2


def test_compare_pairs_and_tells_skips(small_set, tmp_path):
    arguments = ["--engines", "all_zeros", "numbers_in_order", "read_html", "--sets", str(small_set), "--out"]
    assert compare.main([*arguments, str(tmp_path / "out"), "--runs", str(tmp_path / "runs")]) == 0
    markdown = (tmp_path / "out" / "comparison.md").read_text(encoding="utf-8")
    assert "- read_html skipped 7 documents: takes HTML only" in markdown
    found = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))["small"]
    # no heading is in these texts: every table is said to be missing
    assert found["paired"]["all_zeros - numbers_in_order"]["documents_exact"]["value"] == 0.5
    assert [r["documents"] for r in found["results"]] == [8, 8, 1]
    assert compare.main(["--sets", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2


def test_engines_of_the_default_comparison_are_ours_first():
    engines = compare.default_engines()
    assert engines[0] in ("auto", "rules")
    assert len(engines) == len(set(engines))
    assert {"rules", "all_zeros", "numbers_in_order", "read_html", "pdftotext"} <= set(engines)


def test_gallery_shows_what_went_wrong_and_nothing_runs(small_set, tmp_path):
    runs = tmp_path / "runs"
    options = ["--engine", "all_zeros", "--set", str(small_set), "--runs", str(runs)]
    evaluate.main([*options, "--out", str(tmp_path)])
    assert gallery.main(options) == 0
    page = (runs / "small.all_zeros.html").read_text(encoding="utf-8")
    assert page.count("<article") == 4
    assert page.count('<td class="wrong silent" title="confidence 1.0">0 <del>1</del></td>') == 4
    assert "&lt;b&gt;政府&lt;/b&gt; 3" in page
    assert page.count("<script>") == 1
    assert '<iframe sandbox="" srcdoc="&lt;script&gt;' in page
    assert "<option>glued</option>" in page
    assert "http://" not in page
    assert "https://" not in page
    assert gallery.main(["--engine", "rules", "--set", str(small_set), "--runs", str(runs)]) == 2


def test_ratchet_holds_bars_and_only_raises_them(small_set, tmp_path, capsys):
    bars = tmp_path / "bars.json"
    options = ["--set", str(small_set), "--bars", str(bars), "--engines", "all_zeros"]
    assert ratchet.main(options) == 2
    assert ratchet.main([*options, "--update"]) == 0
    assert ratchet.main(options) == 0
    ((key, stored),) = json.loads(bars.read_text(encoding="utf-8")).items()
    assert stored["all_zeros"]["documents_exact"]["value"] == 0.5
    # the bar is lifted out of reach: the same figures now fall, and an update does not lower it
    stored["all_zeros"]["documents_exact"] = {"value": 1.0, "noise": 0.1}
    stored["all_zeros"]["nonzero_right"] = {"value": 0.0, "noise": 0.1}
    bars.write_text(json.dumps({key: stored}), encoding="utf-8")
    capsys.readouterr()
    assert ratchet.main(options) == 1
    assert "FELL documents_exact: 0.50000, the bar is 1.00000" in capsys.readouterr().out
    # a set without bars beside one that has them: nothing to hold against, and the fall is told all the same
    other = small_set.with_name("other.jsonl.gz")
    other.write_bytes(gzip.compress(gzip.decompress(small_set.read_bytes()).splitlines(keepends=True)[0]))
    both = ["--set", str(other), str(small_set), *options[2:]]
    assert ratchet.main(both) == 2
    assert "FELL documents_exact" in capsys.readouterr().out
    assert ratchet.main([*options, "--update"]) == 1
    assert json.loads(bars.read_text(encoding="utf-8"))[key]["all_zeros"]["documents_exact"]["value"] == 1.0
    assert ratchet.main([*both, "--update"]) == 1
    kept = json.loads(bars.read_text(encoding="utf-8"))
    assert set(kept) > {key}
    assert kept[key]["all_zeros"]["documents_exact"]["value"] == 1.0


def test_both_frozen_sets_are_measured_and_the_second_counts_as_unseen():
    assert {evaluate.FROZEN_SET, evaluate.BLIND_SET} < set(compare.SETS)
    assert len({evaluate.set_to_name(path) for path in compare.SETS}) == len(compare.SETS)
    records = read_set(evaluate.BLIND_SET)
    assert all(record.unseen for record in records)
    assert Counter(record.stratum for record in records) == dict.fromkeys(
        ("blind_damage", "blind_html", "blind_layout", "blind_mixed"), 50
    )
    truths = Counter(record.truth_id for record in records)
    assert len(truths) == 50
    assert set(truths.values()) == {4}
    assert not {record.truth_id for record in read_set(evaluate.FROZEN_SET)} & set(truths)


def test_falls_are_told_in_the_right_direction(small_set):
    run = run_set("all_zeros", read_set(small_set), "small")
    figures = ratchet.watched_figures(run)
    assert {"easy/documents_exact", "hard/documents_exact", "silent_errors"} <= set(figures)
    silent = figures["silent_errors"].value
    assert silent == pytest.approx(4 / 1600)
    assert ratchet.find_falls({"silent_errors": {"value": 0.0, "noise": silent * 1.01}}, figures) == []
    assert len(ratchet.find_falls({"silent_errors": {"value": 0.0, "noise": silent * 0.99}}, figures)) == 1
    assert len(ratchet.find_falls({"gone/documents_exact": {"value": 0.5, "noise": 0.5}}, figures)) == 1
    raised = ratchet.raise_bars({"silent_errors": {"value": 0.0, "noise": 0.0}}, figures)
    assert raised["silent_errors"] == {"value": 0.0, "noise": 0.0}
    assert ratchet.raise_bars({"silent_errors": {"value": 0.5, "noise": 0.0}}, figures)["silent_errors"]["value"] < 0.1


def test_failures_are_figures(small_set):
    records = read_set(small_set)
    run = run_set("no such engine", records[:2], "small")
    assert [row.answer.score.counts.failed for row in run.rows] == [1, 1]
    assert "no such engine" in str(run.rows[0].answer.error)


def test_fewer_documents_are_whole_truths_spread_over_the_set(small_set):
    records = read_set(small_set)
    assert [r.id for r in take_documents(records, 4)] == ["d0", "d1", "d4", "d5"]
    assert [r.id for r in take_documents(records, 1)] == ["d0", "d1"]
    assert take_documents(records, None) == records
    groups = group_rows(run_set("all_zeros", take_documents(records, 4), "small").rows)
    assert set(groups["stratum"]) == {"easy", "hard"}
