"""Damage as real spinners and scrapers do it."""
