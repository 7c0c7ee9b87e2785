"""The service: HTTP, command line, storage and jobs around the library. Thin: what a number means is in `models`."""
