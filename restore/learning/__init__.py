"""Learning a table of the spinner channel from pairs of spun and original texts."""
