"""Pictures of runs, drawn without a display."""

from pathlib import Path

from matplotlib import pyplot
from PIL import Image

from eval.plots import draw_confidence, draw_groups


def run(engine: str, **members: float) -> dict[str, object]:
    figures = {
        name: {"figures": {"documents_exact": {"value": value, "low": value - 0.1, "high": value + 0.1}}}
        for name, value in members.items()
    }
    return {
        "engine": engine,
        "reliability": [{"confidence": 0.5, "accuracy": 0.4}, {"confidence": 0.9, "accuracy": 0.95}],
        "risk_coverage": [(0.5, 0.0), (1.0, 0.2)],
        "groups": {"stratum": figures},
    }


def test_a_picture_for_confidence_and_one_for_groups(tmp_path: Path) -> None:
    runs = [run("rules", easy=0.9, hard=0.4), run("auto", hard=0.6)]
    draw_confidence(runs, tmp_path / "made" / "confidence.png")
    draw_groups(runs, "stratum", tmp_path / "groups.png")
    for name in ("made/confidence.png", "groups.png"):
        with Image.open(tmp_path / name) as picture:
            low, high = picture.convert("L").getextrema()
            assert (low < 100, high) == (True, 255)
            assert picture.width > 500
    assert pyplot.get_fignums() == []  # nothing stays in memory


def test_more_members_make_a_taller_picture(tmp_path: Path) -> None:
    heights = []
    for count in (2, 20):
        draw_groups([run("rules", **{f"m{n}": 0.5 for n in range(count)})], "stratum", tmp_path / "g.png")
        with Image.open(tmp_path / "g.png") as picture:
            heights.append(picture.height)
    assert heights[1] > heights[0]
    draw_groups([run("rules")], "layout", tmp_path / "none.png")
    assert (tmp_path / "none.png").exists()
