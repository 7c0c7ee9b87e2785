"""The import laws of ARCHITECTURE.md, read off the source by `ast`, and the size of modules."""

import ast
import subprocess
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"gouji": "models/gouji", "gouji_service": "service/gouji_service", "training": "training", "eval": "eval"}
LONGEST = 300

# package -> what of ours it may import, besides itself
MAY_IMPORT = {
    "gouji": (),
    "gouji_service": ("gouji",),
    "eval": ("gouji",),
    "training": ("gouji", "eval.metrics", "eval.truth"),  # the number watched is the number reported
}
# what may import more: the bench times the service as it is; `python -m gouji` is the command line
MORE = {"eval/bench/": ("gouji_service",), "models/gouji/__main__.py": ("gouji_service.cli",)}

# the library, from the ground up: a module imports from its own layer or a lower one. A folder counts as one name.
LAYERS = (
    ("document", "forms", "version", "notices", "extras", "systems", "processes"),
    ("text", "tables"),
    ("sums", "pieces", "form_shape"),
    ("checks", "fields", "table_html", "results"),
    ("readers", "finding", "scoring", "alignment", "layouts", "placement"),
    ("doubts",),
    ("parts",),
    ("confidence", "assembly", "missing"),
    ("document_tables",),
    ("reviewing",),
    ("second_opinion",),
    ("recovery",),
    ("page_layout",),
    ("overlay", "__init__", "__main__"),
)

READERS, EVAL, TRAINING, SERVICE = "models/gouji/readers/", "eval/", "training/", "service/gouji_service/"

# library -> the only places that may import it
ONLY_IN = {
    **dict.fromkeys(("torch", "transformers"), ("models/gouji/scoring/modeling.py", TRAINING)),
    "jinja2": (f"{SERVICE}pages/",),
    "playwright": (),  # tests alone
    "msgspec": ("models/gouji/readers/apart/wire.py",),
    "onnxruntime": ("models/gouji/scoring/learned.py", READERS, TRAINING, EVAL),
    **dict.fromkeys(("fastapi", "starlette", "pydantic", "uvicorn", "prometheus_client", "alembic"), (SERVICE,)),
    **dict.fromkeys(("sqlalchemy", "psycopg"), (SERVICE, "eval/bench/")),
    "pyarrow": ("service/gouji_service/export/parquet.py", "service/gouji_service/commands/ingest_parquet.py"),
    "openpyxl": (READERS, SERVICE, TRAINING, EVAL),  # service: XLSX export
    "layoutparser": ("models/gouji/page_layout.py", "models/gouji/overlay.py", EVAL),
    "PIL": (READERS, "models/gouji/overlay.py", TRAINING, EVAL),
    **dict.fromkeys(
        ("pdfplumber", "pdfminer", "pypdf", "pypdfium2", "lxml", "selectolax", "bs4", "cv2", "docx", "cchardet",
         "tinycss2", "cssselect"),
        (READERS, TRAINING, EVAL),
    ),
    **dict.fromkeys(  # the extra `zoo`
        ("docx2txt", "html2text", "html_text", "mammoth", "markdownify", "markitdown", "newspaper", "parsel",
         "readability", "resiliparse", "textract"),
        (f"{TRAINING}converters/",),
    ),
}  # fmt: skip


# tests of what no single module does: of the whole, of files that ship, of papers
OF_NO_MODULE = (
    "gouji/test_formats",
    "gouji/test_layouts",
    "gouji/test_package",
    "gouji_service/commands/test_ingest_path",
    "gouji_service/http/test_ends",
    "gouji_service/test_failures",
    "gouji/test_growth",
    "gouji/readers/test_reaching_out",
    "gouji_service/store/test_unanswered",
    "gouji_service/test_files",
    "gouji_service/test_migrations",
    "gouji_service/test_pages",
    "gouji_service/test_several_reports",
    "training/blind/test_truths",
    "training/converters/test_frozen",
    *(
        f"gouji_service/pages/test_{screen}"
        for screen in ("accessibility", "keys", "list", "review", "safety", "upload")
    ),
    "training/test_foreign",
    "training/test_rebuilt_documents",
)
# modules without a test file of their own, and why. It only gets shorter.
TESTED_ELSEWHERE = {
    "test_doc.py and test_reaching_out.py run it on real files; test_doors.py makes it wait": (
        "gouji/readers/office/test_libreoffice",
        "gouji_service/http/test_connections",
    ),
    "test_keys, test_batch_routes, test_correction_routes and test_report_routes call them over HTTP": (
        "gouji_service/http/test_batch_body",
        "gouji_service/http/test_docs_routes",
        "gouji_service/http/test_headers",
        "gouji_service/http/test_job_shapes",
        "gouji_service/http/test_list_routes",
        "gouji_service/http/test_login_routes",
        "gouji_service/http/test_report_filter",
        "gouji_service/jobs/test_batches",
        "gouji_service/store/test_decisions",
        "gouji_service/store/test_kept_fields",
        "gouji_service/store/test_moments",
        "gouji_service/store/test_table_words",
    ),
    "tests/gouji_service/store/test_paging.py counts by them, test_agency_years.py reads what the route gives": (
        "gouji_service/store/test_facets",
        "gouji_service/http/test_agency_routes",
    ),
    "tests/gouji/test_layouts.py and tests/gouji/layouts read whole layouts through them": (
        "gouji/alignment/test_choose",
        "gouji/alignment/test_evidence",
        "gouji/layouts/test_by_column",
        "gouji/layouts/test_cells",
        "gouji/layouts/test_digits_apart",
        "gouji/layouts/test_frame",
        "gouji/layouts/test_headers",
        "gouji/layouts/test_in_one_cell",
        "gouji/layouts/test_tidy",
        "gouji/layouts/test_transposed",
        "gouji/layouts/test_windows",
        "gouji/text/test_splits",
        "gouji/text/test_tiles",
    ),
    "`make bench` runs them on a whole machine": (
        "eval/bench/test_documents",
        "eval/bench/test_running",
        "eval/bench/test_store",
        "eval/bench/test_store_kills",
    ),
    "tests/eval/test_runs.py and test_engines.py run the commands and engines from end to end": (
        "eval/test_compare",
        "eval/test_engines_pdf",
        "eval/test_evaluate",
    ),
    "tests/training/pages/test_rendering.py draws pages through them": (
        "training/pages/test_page",
        "training/pages/test_rendering_html",
        "training/pages/test_rendering_pdf",
        "training/pages/test_rendering_text",
        "training/pages/test_sheets",
    ),
    "tests/training/blind draws and reads whole documents through them": (
        "training/blind/test_grid",
        "training/blind/test_pages",
    ),
    "tests/training/sets and tests/training/test_rebuilt_documents.py make documents through them": (
        "training/sets/test_document_sample",
        "training/sets/test_documents",
    ),
}
MADE_BY_THEIR_NEIGHBOURS = ("kinds_", "converters/")  # catalogues: each entry is run by the tests of the catalogue


def modules() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix() for folder in PACKAGES.values() for path in (ROOT / folder).rglob("*.py")
    )


def module_to_name(module: str) -> str:
    """models/gouji/text/labels.py -> gouji.text.labels"""
    package, folder = next((p, f) for p, f in PACKAGES.items() if module.startswith(f + "/"))
    return (package + module.removeprefix(folder)).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(module: str) -> Iterator[str]:
    """The dotted names that a module imports, inside functions too; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"), module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(allowed + ".")


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_the_laws_allow(module: str) -> None:
    package = module_to_name(module).partition(".")[0]
    allowed = (package, *MAY_IMPORT[package])
    allowed += tuple(name for place, names in MORE.items() if module.startswith(place) for name in names)
    ours = [name for name in imports(module) if name.partition(".")[0] in PACKAGES]
    assert [name for name in ours if not any(is_within(name, one) for one in allowed)] == []
    assert "eval" not in ours, "write `from eval.metrics import …`: `import eval` reads as the built-in function"
    for name in imports(module):
        places = ONLY_IN.get(name.partition(".")[0])
        assert places is None or module.startswith(places), f"{module} imports {name}"


def layer_of(part: str) -> int:
    """The layer of a part of the library; 0 for a name that `gouji` itself holds."""
    return next((number for number, layer in enumerate(LAYERS) if part in layer), 0)


def library_parts() -> set[str]:
    return {Path(module).relative_to(PACKAGES["gouji"]).parts[0].removesuffix(".py") for module in library()}


def library() -> list[str]:
    return [module for module in modules() if module.startswith(PACKAGES["gouji"] + "/")]


def test_every_part_of_the_library_has_its_layer() -> None:
    assert library_parts() == {part for layer in LAYERS for part in layer}


@pytest.mark.parametrize("module", library())
def test_the_library_imports_downwards(module: str) -> None:
    own = layer_of(Path(module).relative_to(PACKAGES["gouji"]).parts[0].removesuffix(".py"))
    for name in imports(module):
        if name.startswith("gouji."):
            part = name.split(".")[1]
            imported = layer_of(part) if part in library_parts() else 0
            assert imported <= own, f"{module} imports {name} from a layer above"


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_do_not_import_in_circles(package: str) -> None:
    names = {module: module_to_name(module) for module in modules()}
    own = {module: name for module, name in names.items() if is_within(name, package)}
    graph = {
        name: {home(used, own.values()) for used in imports(module)} - {name, None} for module, name in own.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def home(used: str, names: Collection[str]) -> str | None:
    """The module that an imported name is, or is in."""
    return next((name for name in (used, used.rpartition(".")[0]) if name in names), None)


@pytest.mark.parametrize("module", modules())
def test_a_module_is_short_enough_to_read(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_tests_mirror_the_code() -> None:
    """Every module has its test file where it stands itself, but for a named few; and no test file is without one."""
    wanted = {name for module in modules() if (name := module_to_test(module))}
    written = {
        path.relative_to(ROOT / "tests").with_suffix("").as_posix()
        for package in PACKAGES
        for path in (ROOT / "tests" / package).rglob("test_*.py")
    }
    excused = {name for names in TESTED_ELSEWHERE.values() for name in names}
    assert sorted(wanted - written - excused) == [], "write their tests"
    assert sorted(excused & written) == [], "they have tests now: take them off the list"
    assert sorted(excused - wanted) == [], "they are gone: take them off the list"
    assert sorted(written - wanted - set(OF_NO_MODULE)) == [], "tests of no module, that nobody named"
    assert sorted(set(OF_NO_MODULE) - (written - wanted)) == [], "take them off the list"


def module_to_test(module: str) -> str | None:
    """models/gouji/text/labels.py -> gouji/text/test_labels; None for one that needs none."""
    package, folder = next((p, f) for p, f in PACKAGES.items() if module.startswith(f + "/"))
    place = Path(package, Path(module).relative_to(folder))
    if place.name.startswith("__") or "migrations" in place.parts:
        return None
    name = place.with_name(f"test_{place.stem}").as_posix()
    catalogued = package == "training" and any(part in module for part in MADE_BY_THEIR_NEIGHBOURS)
    return None if catalogued and not (ROOT / "tests" / f"{name}.py").exists() else name


def test_tests_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == [], "tests/eval would shadow eval"


def test_nothing_reads_outside_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    outside = ("../" + "shared").encode()
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    assert [path.name for path in files if path.is_file() and outside in path.read_bytes()] == []
