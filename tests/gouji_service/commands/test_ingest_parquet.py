"""Records of a Parquet file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gouji.document import UnreadableSource
from gouji_service.commands.ingest_parquet import count_records, read_records


def test_records_come_in_order_with_the_wanted_columns_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "reports.parquet"
    pq.write_table(pa.table({"text": [str(n) for n in range(150)], "other": list(range(150))}), path)
    assert count_records(path) == 150
    found = list(read_records(path, ("text", "name")))
    assert found == [{"text": str(n)} for n in range(150)]


def test_a_file_that_is_none_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "reports.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(UnreadableSource, match=r"reports\.parquet"):
        count_records(path)
    with pytest.raises(UnreadableSource):
        list(read_records(path, ("text",)))
