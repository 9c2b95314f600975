"""P(spun | original) from counts, its tables, and the mix of families in a text."""
