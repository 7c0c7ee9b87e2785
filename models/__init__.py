"""The library of Gouji: the data model, the readers, and the alignment of cell streams to the official forms."""
