"""Reports as Parquet, in row groups of a size that is bounded."""

import io

import pyarrow.parquet as pq
import pytest

from gouji_service.export import parquet
from gouji_service.export.columns import Column
from gouji_service.export.parquet import stream_parquet
from gouji_service.export.rows import Exported, Row, Shape


class Numbers(Shape):
    """A shape whose reports are rows already."""

    def rows(self, exported: Exported):  # type: ignore[no-untyped-def]
        yield from exported.report


SHAPE = Numbers((Column("a", "甲", "integer"), Column("b", "乙"), Column("c", "丙", "boolean")), {}, True)


def written(*pages: list[list[Row]]) -> tuple[pq.ParquetFile, list[bytes]]:
    reports = ([Exported(rows, {}, []) for rows in page] for page in pages)
    parts = list(stream_parquet(SHAPE, ["a", "乙", "c"], reports))
    return pq.ParquetFile(io.BytesIO(b"".join(parts))), parts


def test_rows_keep_their_types_and_their_order() -> None:
    file, _ = written([[(1, "x", True)], [(None, None, None), (3, "z", False)]])
    assert file.schema_arrow.names == ["a", "乙", "c"]
    assert file.read().to_pydict() == {"a": [1, None, 3], "乙": ["x", None, "z"], "c": [True, None, False]}


def test_nothing_is_a_table_without_rows() -> None:
    file, _ = written()
    assert (file.metadata.num_rows, file.schema_arrow.names) == (0, ["a", "乙", "c"])


def test_rows_go_out_as_groups_before_all_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 2)
    file, parts = written(*([[(n, "x", True)]] for n in range(5)))
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [2, 2, 1]
    assert len(parts) == 3
    assert all(parts)
