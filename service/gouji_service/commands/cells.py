"""`gouji cells`: the names of the cells with the labels that the official forms give them."""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from gouji import forms
from gouji.fields import LabelFields, labels_to_json
from gouji_service.settings import Settings

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers


def add_parser(subparsers: "SubParsers") -> None:
    """Add `cells` to the command line."""
    parser = subparsers.add_parser(
        "cells",
        help="list the names of the cells with their official labels",
        description="Print one cell a line, in printed order: form, table, name of the cell, labels of its row and of "
        "its column, between tabs.",
    )
    parser.add_argument("--form", choices=sorted(forms.FORMS), help="only the cells of this form (both)")
    parser.add_argument("--table", choices=forms.TABLES, help="only the cells of this table (all three)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead")
    parser.set_defaults(run=list_cells)


def list_cells(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the cells that were asked for; returns 0."""
    told = [
        labels_to_json(template, cell)
        for form in ([arguments.form] if arguments.form else forms.FORMS)
        for table in ([arguments.table] if arguments.table else forms.TABLES)
        for template in [forms.template(table, form)]
        for cell in template.cells
    ]
    lines = (json.dumps(each, ensure_ascii=False) if arguments.json else _to_line(each) for each in told)
    try:
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # `… | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _to_line(told: LabelFields) -> str:
    return "\t".join((told["form"], told["table"], told["cell"], told["row"], told["column"]))
