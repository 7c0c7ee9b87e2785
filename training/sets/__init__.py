"""Sets of documents with their truths."""
