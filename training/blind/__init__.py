"""The blind set: made apart from every engine, read for figures only."""
