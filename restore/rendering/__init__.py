"""A restoration as text, diff, JSON or a table for people."""
