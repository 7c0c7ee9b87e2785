"""Makes true tables, renders and damages them, and fits the layout model on what comes out."""
