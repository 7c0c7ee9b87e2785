"""Puts the measured figures into the papers: `python -m eval.papers`; `--check` says whether they are there.

`docs/results.md` is written whole, from what lies in `eval/results`: `comparison.md`, `documents.md`, `bench.json`.
README.md and README.zh.md get one table of headline figures each, between `<!-- results -->` and `<!-- /results -->`,
from `comparison.json` and `documents.json`. No figure of these papers is typed in by hand.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.words import BENCH_WORDS

RESULTS, FULL = Path("eval/results"), Path("docs/results.md")
_OPEN, _CLOSE = "<!-- results -->", "<!-- /results -->"
_BETWEEN = re.compile(f"{_OPEN}.*?{_CLOSE}", re.DOTALL)
_OPENING = """# Results

Made by `make eval` (how right) and `make bench` (how fast), put here by `python -m eval.papers`. What each figure means
and how each set was made: [evaluation.md](evaluation.md).
"""
# set of comparison.json -> what it is, in the languages of the READMEs
_SETS = {
    "README.md": {
        "zoo": "eight real converters that nothing was made or mended with",
        "documents": "genuine reports, and ones rebuilt from them",
        "test": "damage of our own: torn, glued, blanks dropped, misread",
        "foreign": "what sites, tools and people made of reports",
        "blind": "kinds of damage and layout made apart from us",
    },
    "README.zh.md": {
        "zoo": "八种真实转换工具的输出,均未参与开发",
        "documents": "真实报告及据其重建的报告",
        "test": "自造损坏:断行、粘连、丢失空格、误识",
        "foreign": "各类网站、工具和人工处理后的报告",
        "blind": "与开发相互隔离的另一套损坏和版式",
    },
}
_HEADS = {
    "README.md": ("set", "documents", "exact", "numbers right", "silent errors", "rules alone", "numbers in order",
                  "`pandas.read_html`"),
    "README.zh.md": ("测试集", "份数", "全对", "数字正确", "静默错误", "仅用规则", "按顺序取数", "`pandas.read_html`"),
}  # fmt: skip
_PDF = {
    "README.md": "PDF with text: {exact} of {documents} exact; pdfplumber {pdfplumber}, camelot {camelot}. "
    "Scans at 150 dpi: {scan} of {scans}.",
    "README.zh.md": "文字 PDF:{documents} 份中 {exact} 份全对,pdfplumber {pdfplumber} 份,camelot {camelot} 份;"
    "150 dpi 扫描件:{scans} 份中 {scan} 份全对。",
}


def results_to_headline(paper: str, folder: Path = RESULTS) -> str:
    """The table of headline figures in the language of a README, and a line on PDF and scans."""
    told = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    rows = ["| " + " | ".join(_HEADS[paper]) + " |", "|---" * len(_HEADS[paper]) + "|"]
    for name, words in _SETS[paper].items():
        engines = {result["engine"]: result for result in told[name]["results"]}
        ours = engines["auto"]["figures"]
        others = [_share(engines[e]["figures"]["documents_exact"]) for e in ("rules", "numbers_in_order", "read_html")]
        figures = [
            _share(ours["documents_exact"]),
            _share(ours["printed_right"]),
            f"{1000 * ours['silent_errors']['value']:.2f} ‰",
            *others,
        ]
        rows.append(f"| {words} | {engines['auto']['documents']} | " + " | ".join(figures) + " |")
    documents = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    return "\n".join([*rows, "", _PDF[paper].format(**_count_documents(documents))])


def _share(figure: Mapping[str, float | None]) -> str:
    return "–" if figure["value"] is None else f"{100 * figure['value']:.1f} %"


def _count_documents(told: Mapping[str, Any]) -> dict[str, int]:
    """Documents exactly right, by kind and engine."""
    found = {(kind, name): group for name, e in told["engines"].items() for kind, group in e["groups"].items()}
    pdf, scan = found["pdf", "auto"], found["scan150", "auto"]
    return {
        "documents": pdf["documents"],
        "exact": pdf["exact"],
        "pdfplumber": found["pdf", "pdfplumber"]["exact"],
        "camelot": found["pdf", "camelot_lattice"]["exact"],
        "scans": scan["documents"],
        "scan": scan["exact"],
    }


def results_to_markdown(folder: Path = RESULTS) -> str:
    """The whole of `docs/results.md`, from the files of a results folder that are there."""
    parts = [
        _OPENING,
        *_comparison(folder / "comparison.md"),
        *_documents(folder / "documents.md"),
        *_bench(folder / "bench.json"),
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _comparison(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        tables = re.findall(r"(?:^\|.*\n)+", body, flags=re.MULTILINE)
        told = [line for line in body.splitlines() if line and not line.startswith("|")]
        if tables:
            yield f"## {name.strip()}"
            yield told[0] if told else ""
            yield tables[0]
        if len(tables) > 1 and "stratum" in tables[1].splitlines()[0]:
            yield "Documents exactly right, by stratum:"
            yield tables[1]
        for table in tables[2:]:
            if table.startswith("| vanished zeros"):
                yield "Where blanks left nothing behind (`auto`), by how the report writes its zeros:"
                yield table


def _documents(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    yield "## PDF and scans"
    yield "Made by the project and held out (150 dpi turned by 0.7 degrees, 100 dpi by 1.5 with noise):"
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
    """What `make bench` measured, in words; a figure that `eval/words.py` has no words for is not shown."""
    if not path.is_file():
        return
    told = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        f"| {words} | {value:.4g} |" if isinstance(value, float) else f"| {words} | {value} |"
        for group, figures in BENCH_WORDS.items()
        for key, words in figures.items()
        if (value := told.get(group, {}).get(key)) is not None
    ]
    yield "## Time and memory"
    yield "Two cores, times of one process; to be read against one another, since other machines differ."
    yield "\n".join(["| measured | |", "|---|---|", *rows])


def main(arguments: list[str] | None = None) -> int:
    """Write the papers, or with --check say which are out of date. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.papers", description="Put the measured figures into the papers."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a paper differs")
    told = parser.parse_args(arguments)
    differ: list[str] = []
    wanted = {FULL: results_to_markdown(RESULTS)}
    for paper in map(Path, _SETS):
        section = f"{_OPEN}\n{results_to_headline(paper.name, RESULTS)}\n{_CLOSE}"
        before, after = _BETWEEN.split(paper.read_text(encoding="utf-8"), maxsplit=1)
        wanted[paper] = before + section + after
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            differ.append(str(path))
            if not told.check:
                path.write_text(text, encoding="utf-8")
    if told.check:
        print(f"out of date: {', '.join(differ)}; python -m eval.papers" if differ else "the papers tell the results")
    return int(told.check and bool(differ))


if __name__ == "__main__":
    raise SystemExit(main())
