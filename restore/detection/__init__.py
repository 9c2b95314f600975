"""Damaged places and the verdict on the whole document."""
