"""What holds for the project as a whole: how it installs, what serving loads, what the make targets promise."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
NOT_SERVING = {
    "torch", "transformers", "safetensors", "onnx", "layoutparser", "matplotlib", "opencv-python",  # training
    "pyarrow", "psycopg", "distributed", "pdfplumber",  # extras
    "rapidocr", "pdfminer.six", "pandas", "scipy",
}  # fmt: skip


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


@pytest.mark.parametrize("module", ["gouji_service.http.app", "gouji_service.commands.parse", "gouji.recovery"])
def test_serving_loads_no_torch_and_no_extra(module: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*(m.partition('.')[0] for m in sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert module.partition(".")[0] in said
    training = {"torch", "transformers", "matplotlib"}
    unwanted = training | {"layoutparser", "pandas", "pdfplumber", "pyarrow", "psycopg", "distributed"}
    assert unwanted.isdisjoint(said)


def test_the_command_line_starts_without_http_and_store() -> None:
    program = "import sys, gouji_service.cli; gouji_service.cli.build_parser('parse'); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = said.stdout.split()
    assert "gouji_service.commands.parse" in loaded
    assert {"fastapi", "sqlalchemy", "uvicorn", "cv2", "onnxruntime"}.isdisjoint(loaded)


def test_what_serving_does_not_need_is_in_an_extra() -> None:
    assert names(PROJECT["dependencies"]).isdisjoint(map(canonicalize_name, NOT_SERVING))
    assert "torch==2.13.0" in EXTRAS["train"]
    assert {"parquet", "postgresql", "cluster", "layout", "second-reader", "train", "zoo", "dev"} == set(EXTRAS)
    assert "opencv-python" not in {name for extra in EXTRAS.values() for name in names(extra)}


def test_constraints_are_releases_and_nothing_of_a_machine() -> None:
    listed = [line for line in CONSTRAINTS if not line.startswith("#")]
    release = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!]+(; python_version [<>=!]+ '3\.\d+')?")
    assert [line for line in listed if not release.fullmatch(line)] == []  # no host, no path, no local build
    assert len(names(listed)) == len(listed), "a package is listed twice"


def test_constraints_cover_every_declared_dependency_within_its_range() -> None:
    listed = {}
    for line in CONSTRAINTS:
        if not line.startswith("#"):
            requirement = Requirement(line)
            listed[canonicalize_name(requirement.name)] = next(iter(requirement.specifier)).version
    installed = [one for name, extra in EXTRAS.items() if name != "zoo" for one in extra]  # the zoo takes what there is
    declared = map(Requirement, [*PROJECT["dependencies"], *installed])
    for requirement in declared:
        name = canonicalize_name(requirement.name)
        assert name in listed, name
        assert requirement.specifier.contains(listed[name]), requirement
    assert "psycopg-binary" in listed  # of the extra of an extra


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The names of what a wheel of this tree holds, with their sizes in bytes."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for folder in ("models", "service"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    program = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, str(out)], cwd=source, capture_output=True, check=True)
    (path,) = out.glob("*.whl")
    with zipfile.ZipFile(path) as whole:
        return {member.filename: member.file_size for member in whole.infolist()}


def test_a_wheel_holds_two_packages_and_nothing_else_at_the_top(wheel: dict[str, int]) -> None:
    top = {name.partition("/")[0] for name in wheel}
    assert {name for name in top if not name.endswith(".dist-info")} == {"gouji", "gouji_service"}
    code = {
        path.relative_to(ROOT / place).as_posix()
        for place in ("models", "service")
        for path in (ROOT / place).rglob("*.py")
    }
    assert {name for name in wheel if name.endswith(".py")} == code


def test_a_wheel_holds_the_data_that_is_read_and_not_what_only_training_needs(wheel: dict[str, int]) -> None:
    data = {
        "gouji/forms.json", "gouji/weights/model.onnx", "gouji/weights/config.json", "gouji/weights/calibration.json",
        "gouji/readers/scan/weights/PP-OCRv6_rec_small.onnx", "gouji/readers/scan/weights/LICENSE",
        "gouji/readers/scan/weights/README.md", "gouji/py.typed", "gouji_service/py.typed",
        "gouji_service/migrations/versions/0001_reports.py",
    }  # fmt: skip
    assert data <= wheel.keys()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert [name for name in wheel if name.endswith((".safetensors", "curves.png", ".pyc"))] == []
    assert sum(wheel.values()) < 32 * 2**20


def test_an_image_is_built_from_what_docker_is_let_see() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}
    assert copied == seen == {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "models", "service"}
    assert all((ROOT / name).exists() for name in copied)
    assert any("--constraint constraints.txt" in line for line in lines)


def make(*arguments: str, **environment: str) -> str:
    """What make would do."""
    return subprocess.run(
        ["make", "--no-print-directory", "--dry-run", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **environment},
    ).stdout


def test_make_help_names_every_target() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in said.splitlines()} == {
        "help", "setup", "serve", "test", "browser", "check", "train", "learn", "eval", "bench"
    }  # fmt: skip


def test_make_serve_installs_serving_alone_and_says_so_first() -> None:
    plan = make("serve", "VENV=/nonexistent/venv", "PYTHON=python3")
    assert "--editable '.'" in plan
    assert "gouji serve" in plan
    assert ".[" not in plan
    assert plan.index("Installing what serving needs") < plan.index("install --constraint constraints.txt")
    assert "--quiet --editable" not in plan  # pip tells what it does
    assert "--editable '.[parquet,postgresql]'" in make("setup", "VENV=/nonexistent/venv", "EXTRAS=parquet,postgresql")


def test_only_the_command_line_and_the_settings_say_where_to_listen() -> None:
    def served(*arguments: str, **environment: str) -> str:
        return make("serve", "VENV=/nonexistent/venv", *arguments, **environment).strip().splitlines()[-1]

    plain = "/nonexistent/venv/bin/gouji serve"
    assert served().strip() == plain
    assert served(HOST="0.0.0.0", PORT="80").strip() == plain  # another program's
    assert served("PORT=9000", HOST="0.0.0.0").split()[2:] == ["--port", "9000"]
    assert served("HOST=::1").split()[2:] == ["--host", "::1"]
