"""The bar that a long command shows on the terminal."""

import sys
from typing import Never

from tqdm import tqdm


def progress_bar(total: int | None, unit: str, initial: int = 0) -> "tqdm[Never]":
    """A bar on the terminal; nothing where standard error is a file or a pipe."""
    return tqdm(total=total, initial=initial, unit=unit, file=sys.stderr, disable=not sys.stderr.isatty())
