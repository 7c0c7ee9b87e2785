import json
from pathlib import Path

from eval.documents import main

SAMPLE = Path(__file__).resolve().parents[1] / "documents"


def test_documents_are_counted_by_kind_with_a_peer_beside(tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    for case in ("pdf_bordered_zeros", "pdf_borderless_blanks"):
        (sample / case).mkdir(parents=True)
        for name in ("report.pdf", "truth.json"):
            (sample / case / name).write_bytes((SAMPLE / case / name).read_bytes())
    assert main([str(sample), "--engines", "auto", "pdfplumber", "--processes", "1", "--out", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "documents.json").read_text(encoding="utf-8"))["engines"]
    ours, theirs = found["auto"]["groups"]["pdf"], found["pdfplumber"]["groups"]["pdf"]
    assert ours["documents"] == theirs["documents"] == ours["exact"] == 2
    assert ours["right"] == ours["cells"]
    # The ruled one is read by both, the one without rules by ours alone.
    assert theirs["exact"] == 1
    assert theirs["right"] + theirs["missed"] + theirs["wrong"] + theirs["state"] == 400
    assert "| pdfplumber |" in (tmp_path / "documents.md").read_text(encoding="utf-8")


def test_a_set_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nothing.jsonl")]) == 2
