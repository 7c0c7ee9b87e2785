"""Re-parsing in batches, by workers that may die."""
