"""What the source shows of a table that was not found."""
