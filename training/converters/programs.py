"""Programs beside Python: running them on bytes in a folder of their own, and telling whether they are there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_SECONDS = 120
_NODE = Path(__file__).with_name("node")
_PROFILES = tempfile.TemporaryDirectory(prefix="zoo-profile-")  # of LibreOffice: made once, it costs seconds


def run_program(command: Sequence[str], data: bytes | None = None, folder: Path | None = None) -> bytes:
    """What a program writes to its output. Raises RuntimeError when it fails."""
    done = subprocess.run(list(command), input=data, capture_output=True, timeout=_SECONDS, check=False, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-300:]!r}")
    return done.stdout


def run_on_file(command: Sequence[str], data: bytes, ending: str) -> bytes:
    """As `run_program`; `{file}` in the command is a file with the data."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"report.{ending}")
        path.write_bytes(data)
        return run_program([part.replace("{file}", str(path)) for part in command], folder=Path(folder))


def run_office(data: bytes, ending: str, wanted: str) -> list[bytes]:
    """The files that LibreOffice converts a file to; `wanted` may carry a filter. Raises RuntimeError for none."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, f"report.{ending}"), Path(folder, "out")
        source.write_bytes(data)
        command = ["soffice", f"-env:UserInstallation=file://{_PROFILES.name}", "--headless", "--norestore"]
        run_program([*command, "--convert-to", wanted, "--outdir", str(out), str(source)])
        made = [path.read_bytes() for path in sorted(out.glob(f"*.{wanted.split(':')[0]}"))]
        if not made:
            raise RuntimeError(f"LibreOffice made no {wanted}")
        return made


def run_chromium(html: str) -> str:
    """The markup of a page after Chromium has run it. Raises RuntimeError when it gives none."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(html, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        command = ["chromium", *options, f"--user-data-dir={folder}/profile", "--dump-dom", page.as_uri()]
        return run_program(command).decode("utf-8")


def run_node(tool: str, data: bytes) -> str:
    """What `node/convert.js` makes of data with a tool. Its packages are looked for beside it and in NODE_PATH."""
    return run_program(["node", str(_NODE / "convert.js"), tool], data).decode("utf-8")


@cache
def is_installed(need: str) -> bool:
    """Whether a package (`python:bs4`, `node:cheerio`) or a program (`program:lynx`) is there."""
    kind, _, name = need.partition(":")
    if kind == "python":
        try:
            return find_spec(name) is not None
        except ModuleNotFoundError:
            return False
    if kind == "program":
        return shutil.which(name) is not None
    if shutil.which("node") is None:
        return False
    ask = ["node", "-e", "require.resolve(process.argv[1])", name]
    return subprocess.run(ask, capture_output=True, check=False, cwd=_NODE, env=os.environ).returncode == 0
