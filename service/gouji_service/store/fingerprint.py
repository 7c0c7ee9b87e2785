"""What a result depends on, and the fingerprint of it: two parses with one fingerprint read the same."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import gouji
from gouji import forms

_MODELS = Path(gouji.__file__).parent
_READERS = ("lxml", "pypdfium2", "python-docx", "opencv-python-headless", "onnxruntime", "OpenCC", "faust-cchardet")


def _digest(*paths: Path) -> str | None:
    """Sixteen hex digits of the files that are there; None when none is."""
    found = sorted(path for path in paths if path.is_file())
    if not found:
        return None
    whole = hashlib.sha256()
    for path in found:
        whole.update(path.relative_to(_MODELS).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@cache
def installed_parts() -> Mapping[str, object]:
    """Code, weights, calibration, recognition of scans, forms and the libraries that read, as installed here.

    Read once a process.
    """
    weights = _MODELS / "weights"
    calibration = weights / "calibration.json"
    return {
        "version": _version("gouji"),
        "code": _digest(*_MODELS.rglob("*.py")),
        "model": _digest(
            *(path for path in weights.glob("*") if path.suffix in (".onnx", ".data", ".json") and path != calibration)
        ),
        "calibration": _digest(calibration),
        "recognition": _digest(*_MODELS.glob("readers/scan/weights/*.onnx")),
        "forms": forms.digest(),
        "libraries": {package: _version(package) for package in _READERS},
    }


def parser_parts(engine: str, review_below: float, second_reader: str | None = None) -> dict[str, object]:
    """All that can change a result of this engine with these settings."""
    parts = {**installed_parts(), "engine": engine, "review_below": review_below}
    return parts | ({"second_reader": [second_reader, _version(second_reader)]} if second_reader else {})


@cache
def installed_fingerprint(engine: str, review_below: float, second_reader: str | None = None) -> str:
    """The fingerprint of the parser installed here."""
    return fingerprint(parser_parts(engine, review_below, second_reader))


def fingerprint(parts: Mapping[str, object]) -> str:
    """Sixteen hex digits that change whenever one of the parts does."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
