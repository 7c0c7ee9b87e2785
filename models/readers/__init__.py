"""Readers: one function for each kind of source, bytes -> Document."""
