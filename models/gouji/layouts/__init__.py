"""In which order, and in which columns, a source writes a table."""
