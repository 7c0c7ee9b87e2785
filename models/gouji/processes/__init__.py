"""Work that can be ended: one request after another in a process of its own, within limits of time, CPU and memory.

`worker.py` is the caller's side (`Worker`, `Pool`), `serving.py` the side of the process, `nursery.py` the clean
process that all of them are forked from, `frames.py` what crosses between them (docs/decisions/0004).
"""
