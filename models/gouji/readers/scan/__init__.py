"""Pictures of pages, and the recognition of their characters."""
