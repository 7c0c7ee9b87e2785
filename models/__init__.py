"""The library of Gouji: the data model, the readers, and the alignment of cell streams to the official forms."""

__version__ = "0.1.0"
