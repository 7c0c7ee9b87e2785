"""The result sheet of an ingest: a CSV file of what became of each source, one line a report."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

COLUMNS = ("source", "sha256", "outcome", "report", "confidence", "needs_review", "code", "reason", "part")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result sheet. outcome: stored, known, failed, or left_out (no source; `code` says why).
    part: which of several reports of the source.
    """

    source: str
    sha256: str
    outcome: str
    report: str = ""
    confidence: str = ""
    needs_review: str = ""
    code: str = ""
    reason: str = ""
    part: str = ""


class ResultSheet:
    """A CSV file that is only added to. A line that a crash cut short is removed when it is opened again."""

    def __init__(self, path: Path) -> None:
        self.listed: set[tuple[str, str, str]] = set()
        self.failed: dict[str, Line] = {}
        whole = path.read_bytes() if path.exists() else b""
        whole = _with_all_columns(path, whole[: whole.rfind(b"\n") + 1])
        for row in csv.DictReader(whole.decode("utf-8-sig").splitlines()):
            line = Line(**{column: row.get(column) or "" for column in COLUMNS})
            self.listed.add((line.source, line.sha256, line.part))
            self.failed.pop(line.sha256, None)
            if line.outcome == "failed":
                self.failed[line.sha256] = line
        self._file: IO[str] = path.open("r+" if path.exists() else "w", encoding="utf-8", newline="")
        self._file.truncate(len(whole))
        self._file.seek(0, 2)
        self._writer = csv.writer(self._file)
        if not whole:
            self._file.write("\ufeff")
            self._writer.writerow(COLUMNS)

    def add(self, lines: Sequence[Line]) -> None:
        """Write the lines that are news, and push them to the file."""
        for line in lines:
            if line.outcome in ("known", "left_out") and (line.source, line.sha256, line.part) in self.listed:
                continue
            self.listed.add((line.source, line.sha256, line.part))
            self._writer.writerow(" ".join(getattr(line, column).split()) for column in COLUMNS)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _with_all_columns(path: Path, whole: bytes) -> bytes:
    """The sheet; one of an earlier version, which has fewer columns, is written anew with all of them."""
    lines = whole.decode("utf-8-sig").splitlines()
    if not lines or tuple(next(csv.reader(lines))) == COLUMNS:
        return whole
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([row.get(column) or "" for column in COLUMNS] for row in csv.DictReader(lines))
    fresh = ("\ufeff" + written.getvalue()).encode()
    part = path.with_name(path.name + ".part")
    part.write_bytes(fresh)
    part.replace(path)
    return fresh
