import gzip
import hashlib
import json
from pathlib import Path
from random import Random

from eval.truth import read_set
from training.converters.catalogue import converters_of
from training.converters.fate import tell_fate
from training.converters.making import draw_source
from training.pages.page import page_to_truth

ROOT = Path(__file__).resolve().parents[3]
FROZEN = ROOT / "eval" / "frozen" / "zoo.jsonl.gz"


def test_the_frozen_part_is_as_it_was_made() -> None:
    digest = "930bc2c74836d73c5a284bc9fe6d925c2d54be17188fb34d66d8a0f613951e20"
    assert hashlib.sha256(FROZEN.read_bytes()).hexdigest() == digest
    assert FROZEN.stat().st_size < 3_000_000
    records = read_set(FROZEN)
    assert {record.layout for record in records} == {one.name for one in converters_of("test")}
    assert len({record.truth_id for record in records}) == len(records) == 300
    assert all(record.unseen for record in records)


def test_truth_and_fate_of_frozen_pages_are_drawn_again() -> None:
    lines = gzip.decompress(FROZEN.read_bytes()).decode().splitlines()
    pages = [raw for raw in map(json.loads, lines) if raw["style"].startswith("html_")][::5]
    assert len(pages) > 30
    for raw in pages:
        source = draw_source("html", Random(f"converters/{raw['id']}"))
        assert page_to_truth(source.page) == raw["truth"]
        fate = tell_fate(raw["content"], source.page.sheets, source.sentences)
        assert {"numbers": fate.numbers, "blanks": fate.blanks} == raw["fate"]
