"""Measuring: truths, metrics, engines side by side, and the bars that landed figures must keep."""
