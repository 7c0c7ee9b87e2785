"""PDF with characters of its own."""
