"""How well a piece fits a place of the form: by rules, or by the layout model."""
