"""What can never be sure, as guards of cells, rows and headers."""
