"""Reports as Parquet, typed by the columns of an export. Needs the extra `parquet`."""

from collections.abc import Iterator, Sequence

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from gouji_service.export.rows import Exported, Shape
from gouji_service.export.xlsx import ByteSink

_ARROW = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
_GROUP = 5000  # reports in a row group of wide Parquet


def stream_parquet(shape: Shape, names: Sequence[str], pages: Iterator[list[Exported]]) -> Iterator[bytes]:
    """The bytes of a file. names: of the columns of the shape."""
    types = [_ARROW[column.kind] for column in shape.columns]
    schema = pa.schema(list(zip(names, types, strict=True)))
    sink = ByteSink()
    held: list[pa.RecordBatch] = []
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for page in pages:
            rows = [row for report in page for row in shape.rows(report)]
            arrays = [pa.array(values, type) for values, type in zip(zip(*rows, strict=True), types, strict=False)]
            if arrays:
                held.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
            if sum(batch.num_rows for batch in held) >= _GROUP:
                writer.write_table(pa.Table.from_batches(held, schema))
                held.clear()
                yield sink.take()
        writer.write_table(pa.Table.from_batches(held, schema))
    yield sink.take()
