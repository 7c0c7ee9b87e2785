"""The layout model: its input, its training, its calibration."""
