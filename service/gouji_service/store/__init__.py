"""Reports, runs and corrections, in SQLite or PostgreSQL."""
