from pathlib import Path

import pytest

from gouji_service.store import fingerprint as module
from gouji_service.store.fingerprint import fingerprint, installed_parts, parser_parts


def test_every_part_changes_the_fingerprint() -> None:
    parts = parser_parts("auto", 0.95)
    seen = {fingerprint(parts)}
    for key in parts:
        changed = fingerprint({**parts, key: "otherwise"})
        assert changed not in seen, key
        seen.add(changed)
    assert set(parts) == {
        "version", "code", "model", "calibration", "recognition", "forms", "libraries", "engine", "review_below"
    }  # fmt: skip


def test_every_library_that_reads_is_installed() -> None:
    libraries = installed_parts()["libraries"]
    assert isinstance(libraries, dict)
    assert [name for name, version in libraries.items() if version is None] == []


def test_a_second_reader_and_its_version_are_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, heard = parser_parts("auto", 0.95), parser_parts("auto", 0.95, "pdfplumber")
    assert set(heard) - set(alone) == {"second_reader"}
    monkeypatch.setattr(module, "_version", lambda package: f"another {package}")
    assert fingerprint(parser_parts("auto", 0.95, "pdfplumber")) != fingerprint(heard)
    assert fingerprint(parser_parts("auto", 0.95)) == fingerprint(alone)


def test_weights_calibration_and_code_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MODELS", tmp_path)

    def parts() -> dict[str, object]:
        installed_parts.cache_clear()
        return dict(installed_parts())

    try:
        bare = parts()
        assert (bare["model"], bare["calibration"], bare["code"]) == (None, None, None)
        for path, part in (
            ("weights/model.onnx", "model"),
            ("weights/calibration.json", "calibration"),
            ("readers/scan/weights/rec.onnx", "recognition"),
            ("a.py", "code"),
        ):
            before = parts()
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("1")
            after = parts()
            assert [key for key in after if after[key] != before[key]] == [part]
    finally:
        installed_parts.cache_clear()
