from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModel

from gouji.alignment.lattice import slots_a_row
from gouji.forms import APPLICATIONS, FORMS, TABLES, template
from gouji.pieces import CellStream, document_to_pieces
from gouji.readers.text.reader import text_to_document
from gouji.scoring.features import CHARACTERS, encode
from gouji.scoring.learned import WEIGHTS, encoded_to_inputs, load_scorer
from gouji.scoring.modeling import LayoutConfig, LayoutModel
from gouji.scoring.piece_features import FEATURES

SMALL = {"width": 32, "layers": 2, "heads": 2, "feedforward": 48, "key_width": 16, "text_width": 24}
TEXT = """一、本年新收政府信息公开申请数量 | 4 | 0 | 1 | 0 | 0 | 0 | 5 |
二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
"""


def small_model(pointing: bool = True) -> LayoutModel:
    torch.manual_seed(5)
    config = LayoutConfig(characters=CHARACTERS, features=len(FEATURES), pointing=pointing, **SMALL)
    return LayoutModel(config).eval()


def inputs_of(text: str, table: str = APPLICATIONS, form: str = "2021") -> dict[str, torch.Tensor]:
    pieces = tuple(document_to_pieces(text_to_document(text)))
    encoded = encode(CellStream(table, pieces), template(table, form))
    return {name: torch.from_numpy(array) for name, array in encoded_to_inputs(encoded).items()}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", FORMS)
def test_one_network_gives_the_states_of_every_template(table: str, form: str) -> None:
    inputs, of = inputs_of(TEXT, table, form), template(table, form)
    with torch.no_grad():
        logits = small_model()(**inputs)
    width = slots_a_row(of)
    assert logits.shape == (1, 16, 1 + len(of.rows) * width)
    for r, row in enumerate(of.rows):
        values = logits[0, :, 1 + r * width + 2 : 1 + (r + 1) * width]
        assert (values[:, len(row) :] < -5000).all()
        assert (values[:, : len(row)] > -100).all()


def test_the_padding_of_a_batch_changes_nothing() -> None:
    model, inputs = small_model(), inputs_of(TEXT)
    padded = dict(inputs)
    for name in ("text", "numbers", "places", "likeness", "present"):
        more = torch.zeros_like(inputs[name][:, :3])
        padded[name] = torch.cat([inputs[name], more], 1)
    with torch.no_grad():
        alone, beside = model(**inputs), model(**padded)
    assert torch.allclose(alone, beside[:, : alone.shape[1]], atol=1e-5)


def test_what_a_piece_is_depends_on_the_order_of_the_others() -> None:
    model = small_model()
    first, second = TEXT.splitlines()
    with torch.no_grad():
        before = model(**inputs_of(f"{first}\n{second}\n"))
        after = model(**inputs_of(f"{second}\n{first}\n"))
    # The values of the first row, wherever it stands: same features but for their place and neighbours.
    assert not torch.allclose(before[0, 1:8], after[0, 9:16], atol=1e-3)


def test_weights_that_are_saved_and_loaded_give_the_same(tmp_path: Path) -> None:
    model, inputs = small_model(), inputs_of(TEXT)
    model.save_pretrained(tmp_path)
    loaded = LayoutModel.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        assert torch.equal(loaded(**inputs), model(**inputs))
    assert loaded.config.width == SMALL["width"]


def test_pointing_reads_the_texts_of_the_template() -> None:
    inputs = inputs_of(TEXT)
    other = dict(inputs, row_text=inputs["row_text"].flip(1))
    with torch.no_grad():
        pointing, fixed = small_model(), small_model(pointing=False)
        assert not torch.allclose(pointing(**inputs), pointing(**other), atol=1e-4)
        assert torch.allclose(fixed(**inputs), fixed(**other))


def test_every_weight_learns() -> None:
    model = small_model().train()
    logits = model(**inputs_of(TEXT))
    torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.arange(16)).backward()
    without = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert without == []


def test_the_shipped_folder_loads_by_its_type_alone_and_scores_as_what_is_served() -> None:
    model = AutoModel.from_pretrained(WEIGHTS).eval()
    assert type(model) is LayoutModel
    assert AutoConfig.from_pretrained(WEIGHTS).to_dict()["pointing"] is True
    of = template(APPLICATIONS, "2021")
    stream = CellStream(APPLICATIONS, tuple(document_to_pieces(text_to_document(TEXT))))
    with torch.no_grad():
        scores = model(**inputs_of(TEXT))[0]
    served = torch.from_numpy(load_scorer(WEIGHTS).logits(stream, of))
    assert torch.allclose(scores.softmax(1), served.softmax(1), atol=1e-4)
    assert scores.softmax(1).max(1).values.min() > 0.5  # weights that were trained, not made up for want of a file
