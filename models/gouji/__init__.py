"""The library of Gouji: the data model, the readers, and the alignment of cell streams to the official forms."""

import os

# One thread a worker: the matrices here are small, and threads of BLAS that wait for each other cost more than they
# give. It has to be said before numpy is imported; whoever sets it otherwise is not overruled.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
