"""CSV, XLSX, Parquet and JSON Lines."""
