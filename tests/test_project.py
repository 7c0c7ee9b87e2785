"""What holds for the project as a whole: how it installs, what serving loads, what the make targets promise."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TRAINING_ONLY = {"torch", "transformers", "safetensors", "onnx", "layoutparser", "matplotlib", "opencv-python"}


def names(requirements: list[str]) -> set[str]:
    return {one.split(">")[0].split("=")[0].split("[")[0].strip() for one in requirements}


@pytest.mark.parametrize("module", ["gouji_service.http.app", "gouji_service.commands.parse", "gouji.recovery"])
def test_serving_loads_no_torch(module: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*(m.partition('.')[0] for m in sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert module.partition(".")[0] in said
    assert {"torch", "transformers", "matplotlib", "layoutparser", "pandas", "pdfplumber"}.isdisjoint(said)


def test_the_command_line_starts_without_http_and_store() -> None:
    program = "import sys, gouji_service.cli; gouji_service.cli.build_parser('parse'); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = said.stdout.split()
    assert "gouji_service.commands.parse" in loaded
    assert {"fastapi", "sqlalchemy", "uvicorn", "cv2", "onnxruntime"}.isdisjoint(loaded)


def test_what_only_training_needs_is_in_its_extra() -> None:
    assert names(PROJECT["dependencies"]).isdisjoint(TRAINING_ONLY)
    extras = PROJECT["optional-dependencies"]
    assert "torch==2.13.0" in extras["train"]
    assert set(extras) == {"cluster", "layout", "second-reader", "train", "dev"}
    assert "opencv-python" not in {name for extra in extras.values() for name in names(extra)}


def test_make_help_names_every_target() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in said.splitlines()} == {
        "help", "setup", "serve", "test", "check", "train", "learn", "eval", "bench"
    }  # fmt: skip


def test_make_serve_installs_serving_alone() -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "serve", "VENV=/nonexistent/venv"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "--editable ." in plan
    assert "gouji serve" in plan
    assert "train" not in plan
