"""The stretch of a document in which each table stands."""
