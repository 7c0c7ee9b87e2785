"""The reports of a source that holds several."""
