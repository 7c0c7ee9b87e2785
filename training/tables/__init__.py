"""True tables: agencies and figures."""
