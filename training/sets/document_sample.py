"""The committed sample of documents: what is in it, and how to write it again.

    python -m training.sets.document_sample FOLDER

Needs Chromium (PDF). Every case is a folder `<case>/{report.*, truth.json}` as the tests and the evaluation read it.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from gouji.forms import ACTIVE_DISCLOSURE, APPLICATIONS, REVIEW_LITIGATION, TABLES, template
from gouji.tables import CellState, Number
from training.pages.scans import HARD, PLAIN, pictures_to_pdf, scan_pdf
from training.sets.documents import Print, html_to_pdf, report_to_html, truth_of
from training.tables.synthesis import TrueCell, TrueReport, TrueTable, draw_report

_FONT = "WenQuanYi Zen Hei"


@dataclass(frozen=True, slots=True)
class Case:
    """One document: its name, the seed of its true tables, how zeros are written, and how it is printed."""

    name: str
    seed: int
    zeros: str
    look: Print
    form: str = "2021"


CASES = (
    Case("pdf_bordered_zeros", 1, "zeros", Print(font=_FONT, spacer=2)),
    Case("pdf_bordered_blanks", 2, "all_blank", Print(font=_FONT, spacer=2)),
    Case("pdf_bordered_2019", 3, "blank_but_total", Print(font=_FONT, spacer=3), "2019"),
    Case("pdf_bordered_landscape", 4, "zeros", Print(font=_FONT, spacer=1, landscape=True)),
    Case("pdf_bordered_double_lines", 5, "blank_zeros_partly", Print("double", font=_FONT, spacer=2)),
    Case("pdf_bordered_traditional", 6, "all_blank", Print(font=_FONT, spacer=2, traditional=True)),
    Case("pdf_bordered_repeated_head", 7, "zeros", Print(font=_FONT, spacer=12, repeat_head=True)),
    Case("pdf_bordered_row_cut", 8, "all_blank", Print(font=_FONT, spacer=14, split_rows=True, padding=6)),
    Case("pdf_rows_only_blanks", 9, "all_blank", Print("rows", font=_FONT, spacer=2)),
    Case("pdf_borderless_zeros", 10, "zeros", Print("none", font=_FONT, spacer=2)),
    Case("pdf_borderless_blanks", 11, "all_blank", Print("none", font=_FONT, spacer=2)),
    Case("pdf_borderless_right_aligned", 12, "all_blank", Print("none", font=_FONT, spacer=5, align="right")),
    Case("pdf_borderless_left_top", 13, "zeros", Print("none", font=_FONT, spacer=8, align="left", valign="top")),
    Case("pdf_borderless_row_cut", 14, "zeros", Print("none", font=_FONT, spacer=16, split_rows=True, label_em=10)),
    Case("pdf_borderless_2019", 15, "all_blank", Print("none", font=_FONT, spacer=3, repeat_head=True), "2019"),
    Case("pdf_borderless_landscape", 16, "blank_rows", Print("none", font=_FONT, spacer=0, landscape=True)),
)
SCANS = (
    ("scan_150_bordered_zeros", "pdf_bordered_zeros", PLAIN),
    ("scan_150_bordered_blanks", "pdf_bordered_blanks", replace(PLAIN, degrees=-0.7)),
    ("scan_150_borderless", "pdf_borderless_zeros", PLAIN),
    ("scan_hard_bordered_zeros", "pdf_bordered_zeros", HARD),
    ("scan_hard_bordered_2019", "pdf_bordered_2019", replace(HARD, degrees=1.5)),
)


def write_sample(folder: Path) -> None:
    """Write every case into `folder`. Raises RuntimeError where Chromium is missing."""
    for case in CASES:
        rng = Random(case.seed)
        report = draw_report(rng, dict.fromkeys(TABLES, case.form), case.zeros)
        pdf = html_to_pdf(report_to_html(report, case.look, rng))
        _write(folder / case.name, report, {"report.pdf": pdf})
    report = wrong_totals_report()
    look = Print(font=_FONT, spacer=9, split_rows=False, padding=4, label_em=12)
    html = report_to_html(report, look, Random(5)).replace("法规禁止公开", "止公开").replace("总计", "总 计")
    _write(folder / "pdf_mixed_forms_wrong_totals", report, {"report.pdf": html_to_pdf(html)})
    write_scans(folder)


def wrong_totals_report() -> TrueReport:
    """Table 二 on the form of 2021, 三 on that of 2019, and the totals of 四 never filled in: as one office did it."""
    people = {"new_received": 21, "partially_granted": 4, "denied_state_secret": 1, "denied_process_information": 1}
    people |= {"denied_enforcement_files": 1, "unavailable_not_held": 10, "unavailable_requires_creation": 3}
    people |= {"not_processed_petition_or_complaint": 1, "total_processed": 21}
    numbers: dict[str, Number] = {}
    for row, value in people.items():
        numbers |= {f"{row}.natural_person": value, f"{row}.total": value}
    numbers |= {"normative_documents.repealed": 5, "normative_documents.in_force": 5, "permits.decisions": 550}
    numbers |= {"penalties.decisions": 4119, "coercive_measures.decisions": 195}
    numbers |= {"administrative_fees.amount_10k_yuan": Decimal("7730.28")}
    numbers |= {"review_upheld": 10, "review_corrected": 1, "litigation_after_review_upheld": 5}
    tables: dict[str, TrueTable | None] = {}
    for table, form in ((ACTIVE_DISCLOSURE, "2021"), (APPLICATIONS, "2019"), (REVIEW_LITIGATION, "2021")):
        cells = {
            name: TrueCell(numbers.get(name, 0), CellState.PRINTED, str(numbers.get(name, 0)))
            for name in template(table, form).cells
        }
        tables[table] = TrueTable(table, form, cells)
    return TrueReport("青溪市河口区人民政府办公室", 2023, "河口区人民政府2023年政府信息公开工作年度报告", tables)


def write_scans(folder: Path) -> None:
    """Scan the cases that are to be scanned."""
    for name, source, scanner in SCANS:
        pdf = (folder / source / "report.pdf").read_bytes()
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "report.pdf").write_bytes(pictures_to_pdf(scan_pdf(pdf, scanner, 1), scanner))
        truth = json.loads((folder / source / "truth.json").read_text(encoding="utf-8"))
        truth["truth_id"] = source
        (target / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(folder: Path, report: TrueReport, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    truth = json.dumps(truth_of(report), ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")


def main() -> None:
    """Write the sample into the folder that is named."""
    parser = argparse.ArgumentParser(description="Write the sample of PDF documents with their truths.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scans-only", action="store_true", help="scan the PDFs that are there again")
    arguments = parser.parse_args()
    if arguments.scans_only:
        write_scans(arguments.folder)
    else:
        write_sample(arguments.folder)


if __name__ == "__main__":
    main()
