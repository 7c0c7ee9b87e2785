"""The geometry of a page: ruled and borderless tables."""
