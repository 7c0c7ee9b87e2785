"""The joint decision about the rows of a table: readings, habits, sums."""
