"""True tables drawn as pages."""
