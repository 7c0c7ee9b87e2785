import base64
import json
import shutil
from pathlib import Path
from random import Random

import pytest

from eval.truth import read_set
from gouji.document import Document
from gouji.readers.pdf.reader import pdf_to_document
from training.sets.document_sets import SCANNERS, draw_look, make_document


def test_sets_differ_in_every_draw() -> None:
    looks = {name: draw_look(Random(f"{name}/pdf/1/0")) for name in ("calibration", "test", "tune")}
    assert len(set(looks.values())) == 3


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium makes the documents")
def test_a_line_of_a_set_is_read_as_a_record_and_comes_again_alike(tmp_path: Path) -> None:
    line = make_document("tune", "pdf", 99, 0)
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    (record,) = read_set(path)
    assert (record.stratum, record.media_type) == ("pdf", "application/pdf")
    assert record.content == base64.b64decode(line["content_base64"])
    document: Document = pdf_to_document(record.content)
    assert not document.ocr
    assert make_document("tune", "pdf", 99, 0)["truth"] == line["truth"]
    assert set(SCANNERS) == {"pdf", "scan150", "scan100"}
