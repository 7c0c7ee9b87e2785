"""Time and memory of the library and the service as they are: `python -m eval.bench`."""
