"""What befalls a page on its way."""
