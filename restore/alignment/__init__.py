"""Spun text against references: sentences first, then words and quotations."""
