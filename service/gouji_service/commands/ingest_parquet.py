"""Records of a Parquet file, for an ingest. Needs the extra `parquet`."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from gouji.document import UnreadableSource


def count_records(path: Path) -> int:
    """How many there are. Raises UnreadableSource when the file is none."""
    return int(_open(path).metadata.num_rows)


def read_records(path: Path, columns: Collection[str]) -> Iterator[Any]:
    """Every record as a mapping, with those of the columns that are there. Raises UnreadableSource."""
    file = _open(path)
    wanted = [name for name in file.schema_arrow.names if name in columns]
    for batch in file.iter_batches(batch_size=64, columns=wanted):
        yield from batch.to_pylist()


def _open(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except pa.ArrowException as error:
        raise UnreadableSource(f"{path}: {error}") from error
