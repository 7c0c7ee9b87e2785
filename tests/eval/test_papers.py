"""The papers tell what was measured, in words, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from eval import papers
from eval.words import BENCH_WORDS

PAPERS = ("README.md", "README.zh.md")


def test_the_papers_tell_the_results_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert papers.main(["--check"]) == 0, capsys.readouterr().out


def test_a_changed_figure_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PAPERS, "docs/results.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(Path(name).read_bytes())
    results = papers.RESULTS.absolute()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(papers, "RESULTS", results)
    told = (tmp_path / "README.md").read_text(encoding="utf-8")
    inside = re.search(r"<!-- results -->(.*?)<!-- /results -->", told, re.DOTALL)
    assert inside is not None
    figure = re.search(r"[0-9.]+ %", inside[1])
    assert figure is not None
    (tmp_path / "README.md").write_text(told.replace(figure[0], "12.3 %", 1), encoding="utf-8")
    assert papers.main(["--check"]) == 1
    assert papers.main([]) == 0
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == told


@pytest.mark.parametrize("paper", PAPERS)
def test_the_headline_gives_every_set_with_its_peers(paper: str) -> None:
    rows = [line for line in papers.results_to_headline(paper).splitlines() if line.startswith("| ")]
    assert len(rows) == 6
    assert len({row.count("|") for row in rows}) == 1
    told = json.loads((papers.RESULTS / "comparison.json").read_text(encoding="utf-8"))
    auto = next(r for r in told["test"]["results"] if r["engine"] == "auto")
    assert f"{100 * auto['figures']['documents_exact']['value']:.1f} %" in rows[3]


def test_measured_things_are_told_in_words() -> None:
    bench = json.loads((papers.RESULTS / "bench.json").read_text(encoding="utf-8"))
    section = papers.results_to_markdown().split("## Time and memory")[1]
    for group, figures in BENCH_WORDS.items():
        for key, words in figures.items():
            assert "_" not in words.replace("extract_tables", "")
            assert (f"| {words} |" in section) is (bench.get(group, {}).get(key) is not None)
