"""Puts the measured figures into the README: `python -m eval.readme`.

What stands between the marks `<!-- results -->` and `<!-- /results -->` is replaced by the first table of each set of
`eval/results/comparison.md`, the strata, and what `eval/results/bench.json` and `documents.md` hold. No figure of the
README is typed in by hand; `--check` says whether it still is what the results are.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESULTS = Path("eval/results")
README = Path("README.md")
_OPEN, _CLOSE = "<!-- results -->", "<!-- /results -->"
_BETWEEN = re.compile(f"{_OPEN}.*?{_CLOSE}", re.DOTALL)


def results_to_markdown(folder: Path = RESULTS) -> str:
    """The section of results, from the files of a results folder that are there."""
    parts = [
        *_comparison(folder / "comparison.md"),
        *_documents(folder / "documents.md"),
        *_bench(folder / "bench.json"),
    ]
    return "\n\n".join(parts)


def _comparison(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        tables = re.findall(r"(?:^\|.*\n)+", body, flags=re.MULTILINE)
        told = [line for line in body.splitlines() if line and not line.startswith("|")]
        if tables:
            yield f"**{name.strip()}**: {told[0] if told else ''}"
            yield tables[0].rstrip()
        if len(tables) > 1 and "stratum" in tables[1].splitlines()[0]:
            yield "Documents exactly right, by stratum:"
            yield tables[1].rstrip()
        for table in tables[2:]:
            if table.startswith("| vanished zeros"):
                yield "Where blanks left nothing behind (`auto`), by how the report writes its zeros:"
                yield table.rstrip()


def _documents(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    yield "**PDF and scans** made by the project, held out (150 dpi turned by 0.7 degrees, 100 dpi by 1.5 with noise):"
    rows: list[str] = []
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        table = re.findall(r"(?:^\|.*\n)+", body, flags=re.MULTILINE)[0].splitlines()
        if not rows:
            rows = [f"| set {table[0]}", f"|---{table[1]}"]
        whole = (line for line in table[2:] if not line.startswith("| auto ") or line.startswith("| auto |"))
        rows += [f"| {name.strip()} {line}" for line in whole]
    yield "\n".join(rows)


def _bench(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    rows = list(_flatten(json.loads(path.read_text(encoding="utf-8"))))
    if rows:
        yield "**Time and memory** (`make bench`; two cores, times of one process):"
        yield "| measured | value |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)


def _flatten(told: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _flatten(value, f"{name} {key}".strip())
    elif isinstance(told, float):
        yield name, f"{told:.4g}"
    elif isinstance(told, int | str):
        yield name, str(told)


def main(arguments: list[str] | None = None) -> int:
    """Write the section, or with --check say whether it is out of date."""
    parser = argparse.ArgumentParser(description="Put the measured figures into the README.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the README differs")
    told = parser.parse_args(arguments)
    before = README.read_text(encoding="utf-8")
    section = f"{_OPEN}\n{results_to_markdown()}\n{_CLOSE}"
    after = _BETWEEN.sub(lambda _: section, before)
    if told.check:
        print(
            "the README tells the results as they are"
            if after == before
            else "the README differs: python -m eval.readme"
        )
        return int(after != before)
    README.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
