"""Texts with gold annotations, from any form of file."""
