import base64
import gzip
import json
from pathlib import Path

import pytest

from gouji.forms import TABLES, template
from training.pages.plans import SPLITS
from training.sets.dataset import TEST_STRATA, document_to_record, draw_documents, main
from training.tables.sampling import sample_document, seed_to_random


def test_one_seed_one_document() -> None:
    for seed in (0, 1, 77):
        assert sample_document(seed, "train") == sample_document(seed, "train")


def test_sets_share_no_document_for_any_seed() -> None:
    texts = {split: {sample_document(seed, split).text for seed in range(60)} for split in SPLITS}
    for one in SPLITS:
        for other in SPLITS:
            assert one == other or not texts[one] & texts[other]


@pytest.mark.parametrize("seed", [-1, 1 << 40])
def test_a_seed_that_could_run_into_another_set_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        seed_to_random(seed, "train")


def test_a_test_set_has_each_stratum_for_each_truth() -> None:
    documents = list(draw_documents("test", 3 * len(TEST_STRATA), 5))
    for truth in range(3):
        mine = [d for d in documents if d.truth_id == f"test-5-{truth}"]
        assert [d.stratum for d in mine] == list(TEST_STRATA)
        assert len({d.truth.year for d in mine}) == 1
        plain = [d for d in mine if not {"traditional", "other_vocabulary", "spam_words"} & set(d.kinds)]
        assert len({d.truth.agency for d in plain}) == 1


def test_records_hold_every_cell_of_the_form_in_json() -> None:
    for document in draw_documents("test", 40, 2):
        record = json.loads(json.dumps(document_to_record(document), ensure_ascii=False))
        if "content" in record:
            assert record["content"].encode() == document.data
        else:
            assert base64.b64decode(record["content_base64"]) == document.data
        assert set(record["truth"]["tables"]) == set(TABLES)
        for table, held in record["truth"]["tables"].items():
            if held is not None:
                assert list(held["cells"]) == list(template(table, held["form"]).cells)
                allowed = (int, float, type(None))
                assert all(isinstance(v, allowed) or v in ("absent", "unread") for v in held["cells"].values())


def test_the_command_writes_equal_files_for_equal_seeds(tmp_path: Path) -> None:
    arguments = ["--set", "validation", "--count", "6", "--seed", "3", "--out"]
    assert main([*arguments, str(tmp_path / "a.jsonl")]) == 0
    assert main([*arguments, str(tmp_path / "b.jsonl.gz")]) == 0
    assert main([*arguments, str(tmp_path / "c.jsonl.gz")]) == 0
    assert (tmp_path / "b.jsonl.gz").read_bytes() == (tmp_path / "c.jsonl.gz").read_bytes()
    plain = (tmp_path / "a.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes()) == plain
    assert len(plain.splitlines()) == 6


def test_the_command_refuses_a_set_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--set", "dev", "--count", "1", "--out", str(tmp_path / "a")])
